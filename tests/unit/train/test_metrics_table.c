/* test_metrics_table.c: metrics.csv read back: of a run that ended, and of one that goes on. */
#include "runner/train/metrics_table.h"

#include <math.h>
#include <string.h>

#include "components/loggers/csv_logger.h"
#include "tests/unit/scratch.h"

static struct scratch scratch;
static char path[128];

static bool load(struct metrics_table *table, const char *text, struct error *error)
{
    scratch_init(&scratch);
    snprintf(path, sizeof path, "%s/metrics.csv", scratch.path);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    bool ok = metrics_table_load(table, path, error);
    scratch_finish(&scratch);
    return ok;
}

static void check_message(const char *text, const char *expected)
{
    struct error error = ERROR_INIT;
    struct metrics_table table = METRICS_TABLE_INIT;
    ck_assert(!load(&table, text, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    const char *behind = strstr(error.message, "metrics.csv'");
    ck_assert_ptr_nonnull(behind);
    ck_assert_str_eq(behind, expected);
    metrics_table_finish(&table);
}

START_TEST(test_the_last_and_the_best_number_come_with_their_moment)
{
    struct error error = ERROR_INIT;
    struct metrics_table table = METRICS_TABLE_INIT;
    struct metric_moment moment;
    ck_ok(load(&table,
               "epoch,step,train_loss,val_loss\n0,3,2.5,\n0,3,,0.5\n1,7,nan,\n1,7,,0.25\n2,11,,inf\n3,15,1,0.25\n",
               &error),
          error);
    ck_assert_uint_eq(table.row_count, 6);
    int column = metrics_table_find(&table, "val_loss");
    ck_assert(metrics_table_last(&table, column, &moment));
    ck_assert(moment.number == 0.25 && moment.epoch == 3 && moment.step == 15);
    ck_assert(metrics_table_best(&table, column, MONITOR_MODE_MIN, &moment));
    ck_assert(moment.number == 0.25 && moment.epoch == 1 && moment.step == 7);
    ck_assert(metrics_table_best(&table, column, MONITOR_MODE_MAX, &moment));
    ck_assert(moment.number == 0.5 && moment.epoch == 0);
    ck_assert_int_eq(metrics_table_find(&table, "val_map"), -1);
    ck_assert(isnan(metrics_table_get(&table, 2, metrics_table_find(&table, "train_loss"))->number));
    metrics_table_finish(&table);
}
END_TEST

START_TEST(test_a_column_without_numbers_has_no_last_and_one_without_finite_ones_no_best)
{
    struct error error = ERROR_INIT;
    struct metrics_table table = METRICS_TABLE_INIT;
    struct metric_moment moment;
    ck_ok(load(&table, "acc,val_loss\r\n,nan\r\n,\r\n", &error), error);
    ck_assert(!metrics_table_last(&table, 0, &moment));
    ck_assert(!metrics_table_best(&table, 1, MONITOR_MODE_MIN, &moment));
    ck_assert(metrics_table_last(&table, 1, &moment));
    ck_assert(isnan(moment.number) && moment.epoch == -1 && moment.step == -1);
    metrics_table_finish(&table);
}
END_TEST

START_TEST(test_a_line_that_is_being_written_is_left_out)
{
    struct error error = ERROR_INIT;
    struct metrics_table table = METRICS_TABLE_INIT;
    ck_ok(load(&table, "epoch,step,loss\n0,1,2\n0,2,1.2", &error), error);
    ck_assert_uint_eq(table.row_count, 1);
    metrics_table_finish(&table);
    ck_ok(load(&table, "epoch,st", &error), error);
    ck_assert_uint_eq(table.column_count, 0);
    metrics_table_finish(&table);
    ck_ok(load(&table, "", &error), error);
    ck_assert_uint_eq(table.row_count, 0);
    metrics_table_finish(&table);
}
END_TEST

START_TEST(test_what_is_no_table_of_numbers_is_refused)
{
    check_message("epoch,loss\n0,1\n1,high\n", "metrics.csv', line 3: wanted a number under 'loss', found 'high'");
    check_message("epoch,loss\n0,1,2\n", "metrics.csv', line 2: wanted 2 cells, found more");
}
END_TEST

START_TEST(test_what_the_logger_writes_is_read)
{
    struct error error = ERROR_INIT;
    struct metrics_table table = METRICS_TABLE_INIT;
    struct scalars scalars = {0};
    struct metric_moment moment;
    const struct csv_logger_params params = {.filename = "metrics.csv"};
    scratch_init(&scratch);
    snprintf(path, sizeof path, "%s/metrics.csv", scratch.path);
    struct logger *logger = csv_logger_create(&params, &error);
    ck_ok(logger->interface->open(logger, scratch.path, NULL, &error), error);
    scalars_set(&scalars, 1e-300, "val_loss");
    ck_ok(logger->interface->log(logger, &scalars, 4, 99, &error), error);
    ck_ok(metrics_table_load(&table, path, &error), error);
    ck_assert(metrics_table_last(&table, metrics_table_find(&table, "val_loss"), &moment));
    ck_assert(moment.number == 1e-300 && moment.epoch == 4 && moment.step == 99);
    metrics_table_finish(&table);
    scalars_finish(&scalars);
    logger_destroy(&logger);
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("metrics_table", test_the_last_and_the_best_number_come_with_their_moment,
          test_a_column_without_numbers_has_no_last_and_one_without_finite_ones_no_best,
          test_a_line_that_is_being_written_is_left_out, test_what_is_no_table_of_numbers_is_refused,
          test_what_the_logger_writes_is_read)
