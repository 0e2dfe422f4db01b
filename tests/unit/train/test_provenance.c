/* test_provenance.c: what a config was made from is kept beside the run, and nowhere else. */
#include "runner/train/provenance.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/scratch.h"

static struct scratch scratch;

static json_t *save(const struct provenance *provenance)
{
    struct error error = ERROR_INIT;
    char path[128];
    ck_ok(provenance_save(provenance, scratch.path, &error), error);
    snprintf(path, sizeof path, "%s/origin.json", scratch.path);
    json_t *json = json_load_file(path, 0, NULL);
    ck_assert_ptr_nonnull(json);
    return json;
}

static void expect_copy(const json_t *origin, size_t index, const char *name, const char *path, const char *text)
{
    struct error error = ERROR_INIT;
    struct text bytes = TEXT_INIT;
    char file[256];
    const json_t *source = json_array_get(json_object_get(origin, "sources"), index);
    ck_assert_str_eq(json_string_value(json_object_get(source, "file")), name);
    ck_assert_str_eq(json_string_value(json_object_get(source, "path")), path);
    snprintf(file, sizeof file, "%s/%s", scratch.path, name);
    ck_ok(file_read(file, 1000, &bytes, ERROR_STORAGE, &error), error);
    ck_assert_str_eq(text_string(&bytes), text);
    text_finish(&bytes);
}

START_TEST(test_each_file_is_copied_under_a_name_that_leads_nowhere_else)
{
    static const struct provenance_source sources[] = {
        {"configs/a.yaml", "a: 1\n", 5},
        {"../../a.yaml", "a: 2\n", 5},
        {"x/..", "", 0},
        {"sp ace/\xFFq\n'.yaml", "b: 1\n", 5},
    };
    static const char *const overrides[] = {"--optimizer.lr=\xFF", "--x"};
    const struct provenance provenance = {
        .sources = sources, .source_count = 4, .overrides = overrides, .override_count = 2, .repeats = "version_3"};
    scratch_init(&scratch);
    json_t *origin = save(&provenance);
    expect_copy(origin, 0, "sources/0_a.yaml", "configs/a.yaml", "a: 1\n");
    expect_copy(origin, 1, "sources/1_a.yaml", "../../a.yaml", "a: 2\n");
    expect_copy(origin, 2, "sources/2_..", "x/..", "");
    expect_copy(origin, 3, "sources/3__q__.yaml", "sp ace/?q\n'.yaml", "b: 1\n");
    const json_t *saved = json_object_get(origin, "overrides");
    ck_assert_uint_eq(json_array_size(saved), 2);
    ck_assert_str_eq(json_string_value(json_array_get(saved, 0)), "--optimizer.lr=?");
    ck_assert_str_eq(json_string_value(json_object_get(origin, "repeats")), "version_3");
    json_decref(origin);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_folder_that_is_not_there_is_an_error)
{
    struct error error = ERROR_INIT;
    const struct provenance provenance = {.source_count = 0};
    ck_assert(!provenance_save(&provenance, "/proc/nosuch", &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
}
END_TEST

UNIT_MAIN("provenance", test_each_file_is_copied_under_a_name_that_leads_nowhere_else,
          test_a_folder_that_is_not_there_is_an_error)
