/* test_numbered_directory.c: each that asks gets a directory of its own. */
#include "engine/base/numbered_directory.h"

#include <string.h>

#include "engine/base/memory.h"
#include "tests/unit/scratch.h"

static void expect_created(const struct scratch *scratch, const char *name)
{
    struct error error = ERROR_INIT;
    char expected[128];
    snprintf(expected, sizeof expected, "%s/%s", scratch->path, name);
    char *path = numbered_directory_create(scratch->path, "run_", &error);
    ck_assert_ptr_nonnull(path);
    ck_assert_str_eq(path, expected);
    ck_assert(directory_exists(path));
    memory_free(path);
    path = numbered_directory_find_newest(scratch->path, "run_");
    ck_assert_str_eq(path, expected);
    memory_free(path);
}

static void make(const struct scratch *scratch, const char *name)
{
    struct error error = ERROR_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", scratch->path, name);
    ck_ok(directory_create(path, &error), error);
}

START_TEST(test_the_next_is_above_all_that_are_there)
{
    struct scratch scratch;
    scratch_init(&scratch);
    ck_assert_ptr_null(numbered_directory_find_newest(scratch.path, "run_"));
    expect_created(&scratch, "run_0");
    expect_created(&scratch, "run_1");
    make(&scratch, "run_10");
    make(&scratch, "run_99x");
    make(&scratch, "version_200");
    expect_created(&scratch, "run_11");
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_all_are_listed_by_their_numbers)
{
    static const char *const names[] = {"run_10", "run_9", "run_0", "run_x", "run_200", "other_1"};
    static const char *const expected[] = {"run_0", "run_9", "run_10", "run_200"};
    struct scratch scratch;
    scratch_init(&scratch);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        make(&scratch, names[i]);
    size_t count = 0;
    char **paths = numbered_directory_list(scratch.path, "run_", &count);
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(paths[i] + strlen(scratch.path) + 1, expected[i]);
        memory_free(paths[i]);
    }
    memory_free(paths);
    paths = numbered_directory_list("/nosuch", "run_", &count);
    ck_assert_uint_eq(count, 0);
    memory_free(paths);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_parent_that_is_not_there_is_an_error)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(numbered_directory_create("/nosuch", "run_", &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    ck_assert_str_eq(error.message, "cannot make the directory '/nosuch/run_0': No such file or directory");
}
END_TEST

START_TEST(test_the_number_of_another_name_is_none)
{
    ck_assert_int_eq(numbered_directory_number("run_7", "run_"), 7);
    ck_assert_int_eq(numbered_directory_number("run_-7", "run_"), -1);
    ck_assert_int_eq(numbered_directory_number("run_", "run_"), -1);
    ck_assert_int_eq(numbered_directory_number("runs", "run_"), -1);
}
END_TEST

UNIT_MAIN("numbered_directory", test_the_next_is_above_all_that_are_there, test_all_are_listed_by_their_numbers,
          test_a_parent_that_is_not_there_is_an_error, test_the_number_of_another_name_is_none)
