/* test_queue.c: commands run a few at a time, each to its log; what ends badly stops nothing; a signal reaches all. */
#include "runner/sweep/queue.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "runner/train/signals.h"
#include "tests/unit/scratch.h"

#define JOBS 6

/* What a queue was asked for and told. */
struct witness {
    struct queue_client client;
    const char *script;
    const char *program;
    char log[128];
    int ends[JOBS];
    size_t slots[JOBS];
    size_t begun;
    size_t running;
    size_t most;
    /* Stop this process as soon as so many run; 0: never. */
    size_t stop_at;
    /* The job whose beginning fails; JOBS: none. */
    size_t refused;
};

static struct scratch scratch;

static bool witness_begin(struct queue_client *client, size_t job, size_t slot, struct queue_command *command,
                          struct error *error)
{
    static const char *arguments[5];
    static char number[8];
    struct witness *witness = (struct witness *)client;
    if (job == witness->refused)
        return error_set(error, ERROR_STORAGE, "refused");
    snprintf(number, sizeof number, "%zu", job);
    arguments[0] = "sh";
    arguments[1] = "-c";
    arguments[2] = witness->script;
    arguments[3] = number;
    *command = (struct queue_command){.program = witness->program, .arguments = arguments, .log = witness->log};
    witness->slots[job] = slot;
    witness->begun++;
    witness->running++;
    witness->most = witness->running > witness->most ? witness->running : witness->most;
    return true;
}

static bool witness_end(struct queue_client *client, size_t job, int status, struct error *error)
{
    struct witness *witness = (struct witness *)client;
    (void)error;
    witness->ends[job] = status;
    witness->running--;
    return true;
}

static void witness_wait(struct queue_client *client)
{
    const struct witness *witness = (const struct witness *)client;
    struct text log = TEXT_INIT;
    struct error error = ERROR_INIT;
    /* Once they have said that they listen. */
    if (witness->stop_at > 0 && witness->running == witness->stop_at && signals_received() == 0 &&
        file_read(witness->log, 1000, &log, ERROR_STORAGE, &error) && log.length == 3 * witness->stop_at)
        raise(SIGINT);
    text_finish(&log);
}

static bool run(struct witness *witness, size_t slots, struct error *error)
{
    static const size_t jobs[JOBS] = {0, 1, 2, 3, 4, 5};
    scratch_init(&scratch);
    witness->client = (struct queue_client){witness_begin, witness_end, witness_wait};
    witness->program = witness->program != NULL ? witness->program : "/bin/sh";
    snprintf(witness->log, sizeof witness->log, "%s/log", scratch.path);
    for (size_t i = 0; i < JOBS; i++)
        witness->ends[i] = -1;
    signals_forget();
    bool ok = queue_run(jobs, JOBS, slots, &witness->client, error);
    signals_forget();
    ck_assert_uint_eq(witness->running, 0);
    return ok;
}

START_TEST(test_queue_runs_all_a_few_at_a_time)
{
    struct witness witness = {.script = "echo said $0; echo complained >&2; sleep 0.05", .refused = JOBS};
    struct error error = ERROR_INIT;
    struct text log = TEXT_INIT;
    ck_ok(run(&witness, 2, &error), error);
    ck_assert_uint_eq(witness.begun, JOBS);
    ck_assert_uint_eq(witness.most, 2);
    for (size_t i = 0; i < JOBS; i++) {
        ck_assert_int_eq(witness.ends[i], 0);
        ck_assert_uint_lt(witness.slots[i], 2);
    }
    ck_ok(file_read(witness.log, 1000, &log, ERROR_STORAGE, &error), error);
    ck_assert_ptr_nonnull(strstr(text_string(&log), "said 5"));
    ck_assert_ptr_nonnull(strstr(text_string(&log), "complained"));
    text_finish(&log);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_queue_tells_how_each_ended)
{
    struct witness witness = {.script = "case $0 in 1) exit 5;; 3) kill -9 $$;; esac", .refused = JOBS};
    struct error error = ERROR_INIT;
    ck_ok(run(&witness, 3, &error), error);
    ck_assert_int_eq(witness.ends[0], 0);
    ck_assert_int_eq(witness.ends[1], 5);
    ck_assert_int_eq(witness.ends[3], 128 + SIGKILL);
    ck_assert_int_eq(witness.ends[5], 0);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_queue_passes_a_signal_on_and_starts_no_more)
{
    /* They end by themselves, in their own time, with what they choose. */
    const char *script = "trap 'sleep 0.1; exit 130' INT; echo up; while :; do sleep 0.02; done";
    struct witness witness = {.script = script, .refused = JOBS, .stop_at = 2};
    struct error error = ERROR_INIT;
    ck_assert(!run(&witness, 2, &error));
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    ck_assert_str_eq(error.message, "stopped by a signal");
    ck_assert_uint_eq(witness.begun, 2);
    ck_assert_int_eq(witness.ends[0], 130);
    ck_assert_int_eq(witness.ends[1], 130);
    ck_assert_int_eq(witness.ends[2], -1);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_queue_ends_those_that_run_when_one_cannot_begin)
{
    struct witness witness = {.script = "trap 'exit 143' TERM; while :; do sleep 0.02; done", .refused = 1};
    struct error error = ERROR_INIT;
    ck_assert(!run(&witness, 2, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    ck_assert(witness.ends[0] == 143 || witness.ends[0] == 128 + SIGTERM);
    ck_assert_int_eq(witness.ends[2], -1);
    scratch_finish(&scratch);
}
END_TEST

START_TEST(test_queue_says_when_there_is_no_such_program)
{
    struct witness witness = {.script = "", .program = "/nonexistent/program", .refused = JOBS};
    struct error error = ERROR_INIT;
    signals_forget();
    scratch_init(&scratch);
    witness.client = (struct queue_client){witness_begin, witness_end, witness_wait};
    snprintf(witness.log, sizeof witness.log, "%s/log", scratch.path);
    ck_assert(!queue_run((const size_t[]){0, 1}, 2, 1, &witness.client, &error));
    ck_assert_int_eq(error.code, ERROR_RUN);
    ck_assert_str_eq(error.message, "cannot start '/nonexistent/program': No such file or directory");
    error_clear(&error);
    snprintf(witness.log, sizeof witness.log, "%s/no/log", scratch.path);
    ck_assert(!queue_run((const size_t[]){0, 1}, 2, 1, &witness.client, &error));
    ck_assert_int_eq(error.code, ERROR_STORAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "cannot write '"));
    scratch_finish(&scratch);
}
END_TEST

/* True as soon as the process is gone, or left unburied. */
static bool is_gone(pid_t pid)
{
    for (int i = 0; i < 500; i++) {
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid || kill(pid, 0) != 0)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 10000000L}, NULL);
    }
    return false;
}

START_TEST(test_queue_leaves_no_orphan_when_it_is_killed)
{
    struct witness witness = {.script = "echo $$; exec sleep 100", .refused = JOBS};
    struct text log = TEXT_INIT;
    struct error error = ERROR_INIT;
    int64_t orphan = 0;
    scratch_init(&scratch);
    witness.client = (struct queue_client){witness_begin, witness_end, witness_wait};
    witness.program = "/bin/sh";
    snprintf(witness.log, sizeof witness.log, "%s/log", scratch.path);
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* so that an orphan would be ours to see */
    pid_t queue = fork();
    if (queue == 0) {
        queue_run((const size_t[]){0}, 1, 1, &witness.client, &error);
        _exit(0);
    }
    for (int i = 0; i < 500 && strchr(text_string(&log), '\n') == NULL; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000L}, NULL);
        if (!file_read(witness.log, 1000, &log, ERROR_STORAGE, &error))
            error_clear(&error);
    }
    ck_assert_ptr_nonnull(strchr(text_string(&log), '\n'));
    log.data[log.length - 1] = '\0';
    ck_assert(number_parse_int64(text_string(&log), &orphan));
    kill(queue, SIGKILL);
    waitpid(queue, NULL, 0);
    ck_assert(is_gone((pid_t)orphan));
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    text_finish(&log);
    scratch_finish(&scratch);
}
END_TEST

UNIT_MAIN("sweep_queue", test_queue_runs_all_a_few_at_a_time, test_queue_tells_how_each_ended,
          test_queue_passes_a_signal_on_and_starts_no_more, test_queue_ends_those_that_run_when_one_cannot_begin,
          test_queue_says_when_there_is_no_such_program, test_queue_leaves_no_orphan_when_it_is_killed)
