/* test_run_list.c: the runs of a folder, and runs by name. */
#include "runner/runs/run_list.h"

#include <string.h>

#include "engine/base/memory.h"
#include "tests/unit/runs/run_files.h"

START_TEST(test_runs_are_listed_the_newest_first_and_damage_stops_nothing)
{
    struct error error = ERROR_INIT;
    struct run_list list = RUN_LIST_INIT;
    struct scratch scratch;
    scratch_init(&scratch);
    run_files(&scratch, "lightning_logs/version_2", "lr: 0.1");
    run_files(&scratch, "lightning_logs/version_10", "lr: 0.2");
    run_file(&scratch, "lightning_logs/version_3", "config.yaml", "model: [");
    ck_ok(run_list_load(&list, scratch.path, &error), error);
    ck_assert_uint_eq(list.count, 3);
    ck_assert_int_eq(list.items[0].number, 10);
    ck_assert_int_eq(list.items[1].number, 3);
    ck_assert_ptr_nonnull(list.items[1].damage);
    ck_assert_int_eq(list.items[2].number, 2);
    ck_assert_str_eq(run_record_find(&list.items[2], "optimizer.lr")->text, "0.1");
    run_list_finish(&list);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_folder_without_runs_is_empty_and_none_is_an_error)
{
    struct error error = ERROR_INIT;
    struct run_list list = RUN_LIST_INIT;
    struct scratch scratch;
    scratch_init(&scratch);
    ck_ok(run_list_load(&list, scratch.path, &error), error);
    ck_assert_uint_eq(list.count, 0);
    run_list_finish(&list);
    ck_assert(!run_list_load(&list, "/nosuch", &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_str_eq(error.message, "wanted a folder with runs, found no directory '/nosuch'");
    run_list_finish(&list);
    scratch_finish(&scratch);
}
END_TEST

static void expect_found(const char *root, const char *name, const char *expected)
{
    struct error error = ERROR_INIT;
    char *path = run_find(root, name, &error);
    ck_assert_msg(path != NULL, "%s: %s", name, error.message);
    ck_assert_str_eq(path, expected);
    memory_free(path);
}

static void expect_unknown(const char *root, const char *name, const char *message, const char *hint)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(run_find(root, name, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
    ck_assert_msg(strstr(error.hint, hint) != NULL, "%s", error.hint);
}

START_TEST(test_a_run_is_found_by_its_number_its_name_and_its_directory)
{
    struct scratch scratch;
    char logs[128], run[160], slash[170];
    scratch_init(&scratch);
    expect_unknown(scratch.path, "7", "lightning_logs', found '7'", "there are no runs in '");
    run_files(&scratch, "lightning_logs/version_7", "lr: 0.1");
    snprintf(logs, sizeof logs, "%s/lightning_logs", scratch.path);
    snprintf(run, sizeof run, "%s/version_7", logs);
    snprintf(slash, sizeof slash, "%s//", run);
    expect_found(scratch.path, "7", run);
    expect_found(logs, "7", run);
    expect_found(scratch.path, "version_7", run);
    expect_found(scratch.path, run, run);
    expect_found(NULL, slash, run);
    expect_unknown(scratch.path, "8", "wanted a run's directory or its number in '", "the newest run is '");
    expect_unknown(scratch.path, "8", "found '8'", "version_7'; 'lrun runs' lists them");
    expect_unknown(scratch.path, "-7", "found '-7'", "");
    expect_unknown(scratch.path, "7/checkpoints", "found '7/checkpoints'", "");
    expect_unknown(scratch.path, "", "found ''", "");
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("run_list", test_runs_are_listed_the_newest_first_and_damage_stops_nothing,
          test_a_folder_without_runs_is_empty_and_none_is_an_error,
          test_a_run_is_found_by_its_number_its_name_and_its_directory)
