/* test_run_record.c: a run directory read back: whole, damaged, and while somebody trains in it. */
#include "runner/runs/run_record.h"

#include <string.h>

#include "engine/base/lock.h"
#include "tests/unit/runs/run_files.h"

static struct scratch scratch;

static void load(struct run_record *record, const char *run)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", scratch.path, run);
    *record = (struct run_record)RUN_RECORD_INIT;
    run_record_load(record, path);
}

START_TEST(test_a_run_tells_what_it_was_and_what_came_out)
{
    struct run_record record;
    struct metric_moment moment;
    scratch_init(&scratch);
    run_files(&scratch, "version_12", "lr: 0.1");
    load(&record, "version_12");
    ck_assert_ptr_null(record.damage);
    ck_assert_int_eq(record.number, 12);
    ck_assert_str_eq(run_record_name(&record), "version_12");
    ck_assert_str_eq(record.command_line, "lrun a.yaml");
    ck_assert_str_eq(run_record_environment(&record, "host"), "here");
    ck_assert_ptr_null(run_record_environment(&record, "nosuch"));
    ck_assert_str_eq(run_record_find(&record, "optimizer.lr")->text, "0.1");
    ck_assert_str_eq(run_record_find(&record, "optimizer.momentum")->text, "0");
    ck_assert_ptr_null(run_record_find(&record, "optimizer.lr.x"));
    ck_assert_int_eq(record.state.phase, RUN_FINISHED);
    ck_assert_int_eq(record.state.epochs, 3);
    ck_assert_int_eq(record.state.steps, 12);
    ck_assert_str_eq(run_record_monitor(&record), "val_map_50");
    ck_assert(run_record_best(&record, "val_map_50", &moment));
    ck_assert(moment.number == 0.75 && moment.epoch == 1);
    ck_assert(run_record_last(&record, "val_map_50", &moment));
    ck_assert(moment.number == 0.625);
    ck_assert(run_record_best(&record, "train_loss", &moment));
    ck_assert(moment.number == 1.5);
    ck_assert(!run_record_best(&record, "nosuch", &moment));
    run_record_finish(&record);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_which_numbers_are_better_is_what_a_callback_says_or_what_the_name_suggests)
{
    struct run_record record;
    scratch_init(&scratch);
    run_files(&scratch, "version_0", "lr: 0.1");
    load(&record, "version_0");
    ck_assert_int_eq(run_record_mode(&record, "val_map_50"), MONITOR_MODE_MAX);
    ck_assert_int_eq(run_record_mode(&record, "score"), MONITOR_MODE_MIN);
    ck_assert_int_eq(run_record_mode(&record, "val_loss"), MONITOR_MODE_MIN);
    ck_assert_int_eq(run_record_mode(&record, "val_accuracy"), MONITOR_MODE_MAX);
    run_record_finish(&record);
    scratch_finish(&scratch);
}
END_TEST

static void expect_damage(const char *name, const char *text, const char *damage)
{
    struct run_record record;
    scratch_init(&scratch);
    run_files(&scratch, "version_0", "lr: 0.1");
    char path[128];
    snprintf(path, sizeof path, "%s/version_0/%s", scratch.path, name);
    ck_assert_int_eq(remove(path), 0);
    if (text != NULL)
        run_file(&scratch, "version_0", name, text);
    load(&record, "version_0");
    ck_assert_ptr_nonnull(record.damage);
    ck_assert_msg(strstr(record.damage, damage) != NULL, "%s", record.damage);
    ck_assert_int_eq(record.state.phase, RUN_FINISHED);
    run_record_finish(&record);
    scratch_finish(&scratch);
}

START_TEST(test_what_is_damaged_is_told_and_the_rest_is_read)
{
    expect_damage("config.yaml", NULL, "has no config.yaml");
    expect_damage("config.yaml", "model: [", "config.yaml: ");
    expect_damage("config.yaml", CONFIG_OF_RUN "optimizer: {type: SGD, lr: fast}\n",
                  "config.yaml: optimizer.lr: wanted a number, found 'fast'");
    expect_damage("environment.json", NULL, "has no readable environment.json");
    expect_damage("environment.json", "[1, 2]", "has no readable environment.json");
    expect_damage("environment.json", "{\"host\": \"he", "has no readable environment.json");
    expect_damage("metrics.csv", "epoch,step\n0,x\n", "line 2: wanted a number under 'step', found 'x'");
}
END_TEST

START_TEST(test_a_directory_of_something_else_is_a_damaged_run)
{
    struct run_record record;
    struct metric_moment moment;
    scratch_init(&scratch);
    run_file(&scratch, "other", "hparams.yaml", "{}\n");
    load(&record, "other");
    ck_assert_str_eq(record.damage, "has no config.yaml");
    ck_assert_int_eq(record.number, -1);
    ck_assert_int_eq(record.state.phase, RUN_UNKNOWN);
    ck_assert_int_eq(record.state.steps, -1);
    ck_assert_str_eq(record.command_line, "");
    ck_assert_ptr_null(run_record_monitor(&record));
    ck_assert_ptr_null(run_record_find(&record, "optimizer.lr"));
    ck_assert_ptr_null(run_record_environment(&record, "host"));
    ck_assert(!run_record_last(&record, "val_loss", &moment));
    ck_assert_int_eq(run_record_mode(&record, "val_loss"), MONITOR_MODE_MIN);
    run_record_finish(&record);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_run_goes_on_while_its_lock_is_held_and_was_killed_when_it_is_not)
{
    struct run_record record;
    struct error error = ERROR_INIT;
    struct lock lock = LOCK_INIT;
    char path[128];
    scratch_init(&scratch);
    run_files(&scratch, "version_0", "lr: 0.1");
    run_file(&scratch, "version_0", "state.json", "{\"state\": \"running\", \"epochs\": -1, \"steps\": -1}");
    snprintf(path, sizeof path, "%s/version_0/.lock", scratch.path);
    ck_ok(lock_take(&lock, path, &progress_silent, &error), error);
    load(&record, "version_0");
    ck_assert_str_eq(run_phase_name(record.state.phase), "running");
    ck_assert_int_eq(record.state.epochs, 3);
    ck_assert_int_eq(record.state.steps, 12);
    run_record_finish(&record);
    lock_release(&lock);
    load(&record, "version_0");
    ck_assert_str_eq(run_phase_name(record.state.phase), "killed");
    run_record_finish(&record);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_a_state_that_makes_no_sense_is_unknown)
{
    static const char *const texts[] = {"", "{", "[]", "{\"state\": 3}", "{\"state\": \"asleep\", \"epochs\": \"x\"}"};
    struct run_state state;
    char path[128];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        scratch_init(&scratch);
        run_file(&scratch, "version_0", "state.json", texts[i]);
        snprintf(path, sizeof path, "%s/version_0", scratch.path);
        run_state_load(path, &state);
        ck_assert_int_eq(state.phase, RUN_UNKNOWN);
        ck_assert_int_eq(state.epochs, -1);
        ck_assert_int_eq(state.status, ERROR_NONE);
        scratch_finish(&scratch);
    }
}
END_TEST

START_TEST(test_a_state_that_is_saved_reads_back)
{
    struct error error = ERROR_INIT;
    const struct run_state saved = {
        RUN_FAILED, ERROR_NUMERIC, "the loss is \"nan\"", 2, 9, "2026-11-26T21:38:15Z",
    };
    struct run_state state;
    scratch_init(&scratch);
    ck_ok(run_state_save(scratch.path, &saved, &error), error);
    run_state_load(scratch.path, &state);
    ck_assert_int_eq(state.phase, RUN_FAILED);
    ck_assert_int_eq(state.status, ERROR_NUMERIC);
    ck_assert_str_eq(state.message, saved.message);
    ck_assert_int_eq(state.epochs, 2);
    ck_assert_int_eq(state.steps, 9);
    ck_assert_str_eq(state.ended, saved.ended);
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("run_record", test_a_run_tells_what_it_was_and_what_came_out,
          test_which_numbers_are_better_is_what_a_callback_says_or_what_the_name_suggests,
          test_what_is_damaged_is_told_and_the_rest_is_read, test_a_directory_of_something_else_is_a_damaged_run,
          test_a_run_goes_on_while_its_lock_is_held_and_was_killed_when_it_is_not,
          test_a_state_that_makes_no_sense_is_unknown, test_a_state_that_is_saved_reads_back)
