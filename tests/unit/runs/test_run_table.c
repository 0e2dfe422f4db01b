/* test_run_table.c: runs side by side. */
#include "runner/runs/run_table.h"

#include <string.h>

#include "tests/unit/runs/run_files.h"

static struct scratch scratch;
static struct run_list list;

/* Three runs and a directory that is none. */
static void make_runs(void)
{
    struct error error = ERROR_INIT;
    scratch_init(&scratch);
    run_files(&scratch, "version_0", "lr: 0.1");
    run_files(&scratch, "version_1", "lr: 0.01, momentum: 0.9");
    run_files(&scratch, "version_2", "lr: 0.1, nesterov: false");
    run_file(&scratch, "version_1", "metrics.csv", "epoch,step,val_loss,val_map_50\n0,3,2,0.875\n");
    run_file(&scratch, "version_2", "metrics.csv", "epoch,step\n");
    run_file(&scratch, "version_2", "state.json",
             "{\"state\": \"failed\", \"status\": 5, \"message\": \"the loss is nan\", \"epochs\": 1, \"steps\": 2}");
    run_file(&scratch, "version_11", "hparams.yaml", "");
    ck_ok(run_list_load(&list, scratch.path, &error), error);
}

static void finish_runs(void)
{
    run_list_finish(&list);
    scratch_finish(&scratch);
}

static void expect_table(const struct run_table_request *request, int width, const char *expected)
{
    struct error error = ERROR_INIT;
    struct run_table table = RUN_TABLE_INIT;
    struct text text = TEXT_INIT;
    ck_ok(run_table_make(&table, &list, request, &error), error);
    run_table_format(&table, width, &text);
    ck_assert_str_eq(text_string(&text), expected);
    text_finish(&text);
    run_table_finish(&table);
}

START_TEST(test_runs_are_shown_with_what_differs_and_their_best_numbers)
{
    make_runs();
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].environment != NULL) /* when a run began is told by the clock of the place */
            json_object_del(list.items[i].environment, "started");
    expect_table(&(struct run_table_request){.limit = 0}, 0,
                 "run  started  state     epochs  steps  val_map_50  lr    momentum\n"
                 " 11           damaged\n"
                 "  2           failed       1/3      2              0.1   0\n"
                 "  1           finished     3/3     12       0.875  0.01  0.9\n"
                 "  0           finished     3/3     12        0.75  0.1   0\n"
                 "version_11: has no config.yaml\n");
    expect_table(&(struct run_table_request){.sort = "val_map_50", .limit = 2}, 56,
                 "run  started  state     epochs  steps  val_map_50  lr\n"
                 "  1           finished     3/3     12       0.875  0.01\n"
                 "  0           finished     3/3     12        0.75  0.1\n"
                 "1 more key differs (--json shows all): optimizer.mome...\n");
    static const char *const metrics[] = {"train_loss"};
    expect_table(
        &(struct run_table_request){.metrics = metrics, .metric_count = 1, .sort = "optimizer.momentum", .limit = 3}, 0,
        "run  started  state     epochs  steps  train_loss  momentum  lr\n"
        "  2           failed       1/3      2              0         0.1\n"
        "  0           finished     3/3     12         1.5  0         0.1\n"
        "  1           finished     3/3     12              0.9       0.01\n");
    finish_runs();
}
END_TEST

START_TEST(test_what_runs_are_sorted_by_is_shown)
{
    make_runs();
    struct error error = ERROR_INIT;
    struct run_table table = RUN_TABLE_INIT;
    const struct run_table_request request = {.sort = "val_loss"};
    ck_ok(run_table_make(&table, &list, &request, &error), error);
    ck_assert_uint_eq(table.metric_count, 2);
    ck_assert_str_eq(table.metrics[0], "val_map_50");
    ck_assert_str_eq(table.metrics[1], "val_loss");
    ck_assert_int_eq(table.runs[0]->number, 1);
    ck_assert_int_eq(table.runs[1]->number, 11);
    run_table_finish(&table);
    finish_runs();
}
END_TEST

START_TEST(test_nothing_to_sort_by_is_an_error_with_the_nearest_metric)
{
    static const char *const sorts[][3] = {
        {"val_map50", "--sort: wanted a metric or a key that a run has, found 'val_map50'",
         "did you mean 'val_map_50'?"},
        {"optimizer.x", "--sort: wanted a metric or a key that a run has, found 'optimizer.x'",
         "metrics are columns of metrics.csv: val_loss; keys are as in overrides: optimizer.lr"},
    };
    make_runs();
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        struct error error = ERROR_INIT;
        struct run_table table = RUN_TABLE_INIT;
        const struct run_table_request request = {.sort = sorts[i][0]};
        ck_assert(!run_table_make(&table, &list, &request, &error));
        ck_assert_int_eq(error.code, ERROR_CONFIG);
        ck_assert_str_eq(error.message, sorts[i][1]);
        ck_assert_str_eq(error.hint, sorts[i][2]);
        run_table_finish(&table);
    }
    finish_runs();
}
END_TEST

START_TEST(test_a_key_below_one_that_a_run_does_not_have_is_blank_there)
{
    static const char scheduler[] = "lr: 0.1}\nlr_scheduler: {type: StepLR, step_size: ";
    char optimizer[128];
    struct error error = ERROR_INIT;
    struct run_table table = RUN_TABLE_INIT;
    struct text json = TEXT_INIT;
    scratch_init(&scratch);
    for (int i = 0; i < 2; i++) {
        char run[16];
        snprintf(run, sizeof run, "version_%d", i + 1);
        snprintf(optimizer, sizeof optimizer, "%s%d", scheduler, i + 3);
        run_files(&scratch, run, optimizer);
    }
    run_files(&scratch, "version_0", "lr: 0.1");
    ck_ok(run_list_load(&list, scratch.path, &error), error);
    ck_ok(run_table_make(&table, &list, &(struct run_table_request){.limit = 0}, &error), error);
    ck_assert_uint_eq(table.key_count, 2);
    ck_assert_str_eq(table.keys[0].name, "lr_scheduler");
    ck_assert_int_eq(table.keys[0].values[2]->kind, NODE_NULL);
    ck_assert_str_eq(table.keys[1].name, "lr_scheduler.step_size");
    ck_assert_str_eq(table.keys[1].header, "step_size");
    ck_assert_str_eq(table.keys[1].values[0]->text, "4");
    ck_assert_str_eq(table.keys[1].values[1]->text, "3");
    ck_assert_ptr_null(table.keys[1].values[2]);
    run_table_format_json(&table, &json);
    ck_assert_ptr_nonnull(strstr(text_string(&json), "\"lr_scheduler.step_size\": 4"));
    ck_assert_ptr_nonnull(strstr(text_string(&json), "\"best\": 0.75,\n        \"epoch\": 1,\n        \"step\": 7,"));
    text_finish(&json);
    run_table_finish(&table);
    finish_runs();
}
END_TEST

UNIT_MAIN("run_table", test_runs_are_shown_with_what_differs_and_their_best_numbers,
          test_what_runs_are_sorted_by_is_shown, test_nothing_to_sort_by_is_an_error_with_the_nearest_metric,
          test_a_key_below_one_that_a_run_does_not_have_is_blank_there)
