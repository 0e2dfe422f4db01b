/* test_score.c: `lrun score` prints the numbers of the files that it is given, and says what is wrong with its arguments. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "runner/cli/verb.h"
#include "tests/unit/unit.h"

static const char *fixture(const char *name)
{
    static char paths[4][4096];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/tests/fixtures/detection_score/%s", getenv("LRUN_SOURCE_ROOT"), name);
    return path;
}

#define ARGUMENTS(...)                                                                                                 \
    (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), (const char *[])                                    \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }

static bool score_run(int count, const char *const *arguments, struct text *text, struct error *error)
{
    struct verb_call call = {.verb = verb_find("score"), .count = count, .arguments = arguments};
    bool ok = verb_score(&call, error);
    *text = call.output;
    return ok;
}

START_TEST(test_score_prints_json)
{
    struct text text = TEXT_INIT;
    struct error error = ERROR_INIT;
    ck_ok(score_run(ARGUMENTS(fixture("many_truth.json"), fixture("many_results.json"), "--json"), &text, &error),
          error);
    json_t *root = json_loads(text_string(&text), 0, NULL),
           *expected = json_load_file(fixture("many_expected.json"), 0, NULL);
    ck_assert(root != NULL && expected != NULL);
    const char *name;
    json_t *number;
    json_object_foreach (expected, name, number)
        ck_assert_double_eq_tol(json_number_value(json_object_get(json_object_get(root, "coco"), name)),
                                json_number_value(number), 1e-6);
    ck_assert_str_eq(json_string_value(json_object_get(root, "coco_difficult")), "crowd");
    json_t *voc = json_object_get(root, "voc_ap_area_iou0.5");
    ck_assert(json_is_real(json_object_get(voc, "mAP")));
    ck_assert_uint_eq(json_object_size(json_object_get(voc, "per_class")), 3);
    json_decref(root);
    json_decref(expected);
    text_finish(&text);
}
END_TEST

START_TEST(test_score_prints_a_table)
{
    struct text text = TEXT_INIT;
    struct error error = ERROR_INIT;
    ck_ok(score_run(ARGUMENTS("--difficult=all", fixture("many_truth.json"), fixture("many_results.json")), &text,
                    &error),
          error);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "14 images, 30 objects, 86 detections"));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "class_2                      -"));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "COCO (difficult: all)\n  AP       0.1734  AP50     0.3396"));
    text_finish(&text);
}
END_TEST

static void check_error(int argc, const char *const *argv, enum error_code code, const char *wanted)
{
    struct text text = TEXT_INIT;
    struct error error = ERROR_INIT;
    ck_assert(!score_run(argc, argv, &text, &error));
    ck_assert_int_eq(error.code, code);
    ck_assert_msg(strstr(error.message, wanted) != NULL, "wanted '%s' in: %s", wanted, error.message);
    text_finish(&text);
}

START_TEST(test_score_says_what_is_wrong)
{
    check_error(ARGUMENTS("one"), ERROR_CONFIG, "score: wanted two paths, found 1");
    check_error(ARGUMENTS("one", "two", "three"), ERROR_CONFIG, "wanted two paths, found 3");
    check_error(ARGUMENTS("--jsn"), ERROR_CONFIG, "unknown argument '--jsn'");
    check_error(ARGUMENTS("--image_set"), ERROR_CONFIG, "--image_set needs a value");
    check_error(ARGUMENTS("one", "two", "--difficult", "maybe"), ERROR_CONFIG,
                "wanted crowd, all or drop for --difficult, found 'maybe'");
    check_error(ARGUMENTS("/nowhere.json", "/nowhere.json"), ERROR_DATA, "cannot open '/nowhere.json'");
    check_error(ARGUMENTS("/nowhere", "/nowhere"), ERROR_DATA, "cannot open the folder '/nowhere'");
}
END_TEST

UNIT_MAIN("score", test_score_prints_json, test_score_prints_a_table, test_score_says_what_is_wrong)
