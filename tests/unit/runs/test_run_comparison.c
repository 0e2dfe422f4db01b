/* test_run_comparison.c: two runs against each other, and a run against what is here now. */
#include "runner/runs/run_comparison.h"

#include <string.h>

#include "tests/unit/runs/run_files.h"

static struct scratch scratch;

static void load(struct run_record *record, const char *run)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", scratch.path, run);
    *record = (struct run_record)RUN_RECORD_INIT;
    run_record_load(record, path);
}

START_TEST(test_config_environment_and_result_are_compared)
{
    struct run_record records[2];
    struct run_comparison comparison = RUN_COMPARISON_INIT;
    struct text text = TEXT_INIT;
    scratch_init(&scratch);
    run_files(&scratch, "version_3", "lr: 0.1");
    run_files(&scratch, "version_7", "lr: 0.2");
    run_file(&scratch, "version_7", "environment.json",
             "{\"started\": \"2026-11-27T21:25:03Z\", \"host\": \"there\", \"git_commit\": \"0123456789abcdef\","
             " \"versions\": {\"onednn\": \"3.1\", \"libjpeg\": 62}}");
    run_file(&scratch, "version_7", "metrics.csv", "epoch,step,val_map_50,x\n0,3,0.25,1\n1,7,0.125,nan\n");
    load(&records[0], "version_3");
    load(&records[1], "version_7");
    run_comparison_make(&comparison, &records[0], &records[1]);
    run_comparison_format(&comparison, 0, &text);
    ck_assert_str_eq(text_string(&text), "config\n"
                                         "  optimizer.lr: 0.1 -> 0.2\n"
                                         "environment\n"
                                         "  host: here -> there\n"
                                         "  versions.onednn: (none) -> 3.1\n"
                                         "  versions.libjpeg: (none) -> 62\n"
                                         "result\n"
                                         "  before version_3: finished, 12 steps\n"
                                         "  after  version_7: finished, 12 steps\n"
                                         "  best        before  epoch   last  after  epoch   last\n"
                                         "  train_loss     1.5      1   1.75\n"
                                         "  val_map_50    0.75      1  0.625   0.25      0  0.125\n"
                                         "  x                                     1      0    nan\n");
    text_clear(&text);
    run_comparison_format_json(&comparison, &text);
    json_t *json = json_loads(text_string(&text), 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "result")), 3);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "environment")), 3);
    const json_t *x = json_object_get(json_array_get(json_object_get(json, "result"), 2), "after");
    ck_assert(json_is_null(json_object_get(x, "last")));
    json_decref(json);
    text_finish(&text);
    run_comparison_finish(&comparison);
    run_record_finish(&records[0]);
    run_record_finish(&records[1]);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_damaged_run_is_compared_as_far_as_it_goes)
{
    struct run_record records[2];
    struct run_comparison comparison = RUN_COMPARISON_INIT;
    struct text text = TEXT_INIT;
    scratch_init(&scratch);
    run_files(&scratch, "version_3", "lr: 0.1");
    run_file(&scratch, "version_4", "x", "");
    load(&records[0], "version_3");
    load(&records[1], "version_4");
    run_comparison_make(&comparison, &records[0], &records[1]);
    run_comparison_format(&comparison, 0, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "config\n  version_4: has no config.yaml\nenvironment\n"));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "  after  version_4: unknown, 0 steps\n"));
    text_finish(&text);
    run_comparison_finish(&comparison);
    run_record_finish(&records[0]);
    run_record_finish(&records[1]);
    scratch_finish(&scratch);
}
END_TEST

/* What is said of a run with this environment.json, now that this is so. */
static void expect_rerun(const char *before, const char *now, const char *expected)
{
    struct text text = TEXT_INIT;
    char path[128];
    scratch_init(&scratch);
    if (before != NULL)
        run_file(&scratch, "version_3", "environment.json", before);
    snprintf(path, sizeof path, "%s/version_3", scratch.path);
    json_t *json = json_loads(now, 0, NULL);
    ck_assert_ptr_nonnull(json);
    environment_format_rerun(path, json, &text);
    const char *said = strstr(text_string(&text), "version_3");
    ck_assert_str_eq(said != NULL ? said : text_string(&text), expected);
    json_decref(json);
    text_finish(&text);
    scratch_finish(&scratch);
}

START_TEST(test_a_run_that_is_repeated_with_other_code_is_told)
{
    static const char now[] = "{\"git_commit\": \"0123456789abcdef\", \"git_dirty\": true, \"git_patch\": \"aa\","
                              " \"host\": \"there\", \"versions\": {\"onednn\": \"3.1\", \"new\": 1}}";
    expect_rerun(now, now, "");
    expect_rerun(NULL, now, "");
    expect_rerun("{", now, "");
    expect_rerun("{\"git_commit\": null, \"git_dirty\": null, \"host\": \"here\"}", now, "");
    expect_rerun("{\"git_commit\": \"fedcba9876543210\", \"git_patch\": null, \"versions\": {\"onednn\": \"2.6\"}}",
                 now,
                 "version_3 was made with other code: git_commit fedcba987654 -> 0123456789ab, git_patch (none) -> aa, "
                 "versions.onednn 2.6 -> 3.1");
}
END_TEST

UNIT_MAIN("run_comparison", test_config_environment_and_result_are_compared,
          test_a_damaged_run_is_compared_as_far_as_it_goes, test_a_run_that_is_repeated_with_other_code_is_told)
