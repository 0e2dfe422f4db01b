/* test_csv_logger.c: metrics.csv as Lightning writes it, and as it was after a resume. */
#include "components/loggers/csv_logger.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/unit/unit.h"

static char directory[64], path[128];

static struct logger *open_logger(const json_t *position)
{
    struct error error = ERROR_INIT;
    const struct csv_logger_params params = {.filename = "metrics.csv"};
    if (position == NULL) {
        strcpy(directory, "/tmp/lrun_csv_XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(directory));
        snprintf(path, sizeof path, "%s/metrics.csv", directory);
    }
    struct logger *logger = csv_logger_create(&params, &error);
    ck_ok(logger->interface->open(logger, directory, position, &error), error);
    return logger;
}

static void log_number(struct logger *logger, const char *name, double number, int64_t step)
{
    struct error error = ERROR_INIT;
    struct scalars scalars = {0};
    scalars_set(&scalars, number, "%s", name);
    ck_ok(logger->interface->log(logger, &scalars, 0, step, &error), error);
    scalars_finish(&scalars);
}

static void check_holds(const char *expected)
{
    struct error error = ERROR_INIT;
    struct text bytes = TEXT_INIT;
    ck_ok(file_read(path, 1 << 20, &bytes, ERROR_STORAGE, &error), error);
    ck_assert_str_eq(text_string(&bytes), expected);
    text_finish(&bytes);
}

static void remove_all(struct logger **logger)
{
    logger_destroy(logger);
    unlink(path);
    rmdir(directory);
}

START_TEST(test_columns_are_sorted_and_blank_where_nothing_was_logged)
{
    struct logger *logger = open_logger(NULL);
    log_number(logger, "train_loss", 0.5, 49);
    log_number(logger, "acc", 1, 99);
    log_number(logger, "train_loss", NAN, 149);
    check_holds("acc,epoch,step,train_loss\n,0,49,0.5\n1,0,99,\n,0,149,nan\n");
    remove_all(&logger);
}
END_TEST

START_TEST(test_a_resumed_run_cuts_what_came_after_the_checkpoint)
{
    struct logger *logger = open_logger(NULL);
    log_number(logger, "train_loss", 0.5, 49);
    json_t *position = logger->interface->position(logger);
    log_number(logger, "train_loss", 0.4, 99);
    log_number(logger, "val_loss", 0.3, 99);
    logger_destroy(&logger);
    logger = open_logger(position);
    check_holds("epoch,step,train_loss\n0,49,0.5\n");
    log_number(logger, "train_loss", 0.4, 99);
    check_holds("epoch,step,train_loss\n0,49,0.5\n0,99,0.4\n");
    json_decref(position);
    remove_all(&logger);
}
END_TEST

START_TEST(test_a_file_that_lost_rows_is_refused)
{
    struct error error = ERROR_INIT;
    struct logger *logger = open_logger(NULL);
    log_number(logger, "train_loss", 0.5, 49);
    json_t *position = logger->interface->position(logger);
    ck_assert_int_eq(truncate(path, 0), 0);
    ck_assert(!logger->interface->open(logger, directory, position, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    json_decref(position);
    remove_all(&logger);
}
END_TEST

START_TEST(test_a_file_name_with_a_folder_is_refused)
{
    struct error error = ERROR_INIT;
    const struct csv_logger_params params = {.filename = "../metrics.csv"};
    ck_assert_ptr_null(csv_logger_create(&params, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
}
END_TEST

UNIT_MAIN("csv_logger", test_columns_are_sorted_and_blank_where_nothing_was_logged,
          test_a_resumed_run_cuts_what_came_after_the_checkpoint, test_a_file_that_lost_rows_is_refused,
          test_a_file_name_with_a_folder_is_refused)
