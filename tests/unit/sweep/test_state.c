/* test_state.c: a sweep on disk: made whole or not at all, read back as it was, refused when it is damaged. */
#include "runner/sweep/state.h"

#include <string.h>

#include "engine/base/durable_file.h"
#include "engine/base/memory.h"
#include "tests/unit/scratch.h"

static struct scratch scratch;

static const char *values[2][2] = {{"0.1", "[1,2]"}, {"0.2", "it's \"ok\""}};
static const char *keys[] = {"optimizer.lr", "data.root"};
static const char *configs[] = {"a: 1\n", "a: 2\n"};

/* A new sweep of two runs. */
static void make(struct sweep *sweep)
{
    static struct sweep_run runs[2];
    struct error error = ERROR_INIT;
    for (int i = 0; i < 2; i++)
        runs[i] = (struct sweep_run){.values = values[i], .message = "", .epochs = i == 0 ? 3 : -1};
    *sweep = (struct sweep){.lock = LOCK_INIT,
                            .command_line = "lrun sweep x",
                            .digest = "abc",
                            .jobs = 2,
                            .monitor = "val_map",
                            .mode = MONITOR_MODE_MAX,
                            .keys = keys,
                            .key_count = 2,
                            .runs = runs,
                            .run_count = 2};
    ck_ok(sweep_create(sweep, scratch.path, configs, &progress_silent, &error), error);
}

START_TEST(test_sweep_comes_back_as_it_was_saved)
{
    struct sweep sweep, again = SWEEP_INIT;
    struct error error = ERROR_INIT;
    struct text config = TEXT_INIT;
    scratch_init(&scratch);
    make(&sweep);
    char *directory = memory_copy_string(sweep.directory);
    ck_assert_ptr_nonnull(strstr(directory, "/lightning_logs/sweep_0"));
    sweep.runs[0].state = SWEEP_RUN_RUNNING;
    sweep.runs[0].seconds = 1.5;
    sweep.runs[1].state = SWEEP_RUN_FAILED;
    sweep.runs[1].status = 5;
    sweep.runs[1].message = "the loss is nan, 'x' \xC3\xA4";
    ck_ok(sweep_save(&sweep, &error), error);
    sweep_finish(&sweep);
    ck_assert(sweep_is_there(directory));
    ck_ok(sweep_open(&again, directory, &progress_silent, &error), error);
    ck_assert_uint_eq(again.run_count, 2);
    ck_assert_str_eq(again.keys[1], "data.root");
    ck_assert_str_eq(again.runs[1].values[1], "it's \"ok\"");
    ck_assert_str_eq(again.monitor, "val_map");
    ck_assert_int_eq(again.mode, MONITOR_MODE_MAX);
    ck_assert_int_eq(again.jobs, 2);
    /* Nobody runs it any more. */
    ck_assert_int_eq(again.runs[0].state, SWEEP_RUN_STOPPED);
    ck_assert(again.runs[0].seconds == 1.5 && again.runs[0].epochs == 3);
    ck_assert_int_eq(again.runs[1].state, SWEEP_RUN_FAILED);
    ck_assert_int_eq(again.runs[1].status, 5);
    ck_assert_str_eq(again.runs[1].message, "the loss is nan, 'x' \xC3\xA4");
    ck_assert_uint_eq(sweep_count(&again, SWEEP_RUN_STOPPED), 1);
    char *path = sweep_config_path(&again, 1);
    ck_ok(file_read(path, 100, &config, ERROR_STORAGE, &error), error);
    ck_assert_str_eq(text_string(&config), "a: 2\n");
    memory_free(path);
    memory_free(directory);
    text_finish(&config);
    sweep_finish(&again);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_sweep_is_found_by_its_runs_the_newest_first)
{
    struct sweep first, second;
    scratch_init(&scratch);
    make(&first);
    make(&second);
    char *found = sweep_find(scratch.path, "abc");
    ck_assert_str_eq(found, second.directory);
    memory_free(found);
    ck_assert_ptr_null(sweep_find(scratch.path, "other"));
    sweep_finish(&first);
    sweep_finish(&second);
    scratch_finish(&scratch);
}
END_TEST

/* What is said of a sweep.json with this text. */
static const char *refusal(const char *json)
{
    static char message[1024];
    struct sweep sweep;
    struct error error = ERROR_INIT;
    scratch_init(&scratch);
    make(&sweep);
    char *directory = memory_copy_string(sweep.directory);
    sweep_finish(&sweep);
    char path[256];
    snprintf(path, sizeof path, "%s/sweep.json", directory);
    ck_ok(durable_file_save(path, json, strlen(json), &error), error);
    ck_assert(!sweep_open(&sweep, directory, &progress_silent, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    ck_assert_ptr_nonnull(strstr(error.hint, "its runs are as they were, in '"));
    ck_assert_ptr_nonnull(strstr(error.hint, "; begin a new sweep for the others"));
    snprintf(message, sizeof message, "%s", strstr(error.message, "sweep.json"));
    sweep_finish(&sweep);
    memory_free(directory);
    scratch_finish(&scratch);
    return message;
}

#define HEAD                                                                                                           \
    "{\"format\": \"lrun.sweep/1\", \"command_line\": \"x\", \"digest\": \"d\", \"monitor\": \"m\", \"mode\": "        \
    "\"min\", \"jobs\": 1, \"keys\": [\"a\"], \"runs\": "
#define RUN "{\"values\": [\"1\"], \"state\": \"done\", \"status\": 0, \"message\": \"\", \"seconds\": 1, \"epochs\": "

START_TEST(test_sweep_that_is_damaged_is_refused)
{
    ck_assert_str_eq(refusal("{}"), "sweep.json' is damaged: its format is not lrun.sweep/1");
    ck_assert_str_eq(refusal("[]"), "sweep.json' is damaged: its format is not lrun.sweep/1");
    ck_assert_str_eq(refusal("{\"format\": \"lrun.sweep/1\"}"), "sweep.json' is damaged: a text is missing");
    ck_assert_str_eq(refusal("{\"format\": \"lrun.sweep/1\", \"command_line\": \"\", \"digest\": \"\", "
                             "\"monitor\": \"\"}"),
                     "sweep.json' is damaged: keys, mode or jobs are missing");
    ck_assert_str_eq(refusal(HEAD "[]}"), "sweep.json' is damaged: it has no runs");
    ck_assert_str_eq(refusal(HEAD "[1]}"), "sweep.json' is damaged: a run is not readable");
    ck_assert_str_eq(refusal(HEAD "[" RUN "\"x\"}]}"), "sweep.json' is damaged: a run is not readable");
    ck_assert_ptr_nonnull(strstr(refusal(HEAD "[" RUN "1}"), "sweep.json' is damaged: "));
    ck_assert_ptr_nonnull(strstr(refusal(""), "sweep.json' is damaged: "));
}
END_TEST

UNIT_MAIN("sweep_state", test_sweep_comes_back_as_it_was_saved, test_sweep_is_found_by_its_runs_the_newest_first,
          test_sweep_that_is_damaged_is_refused)
