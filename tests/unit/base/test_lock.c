/* test_lock.c: one holder at a time, no stale lock, and a waiter that can be stopped. */
#include "engine/base/lock.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char path[] = "/tmp/lrun-lock-test.XXXXXX";
static char noted[512];
static int polls;

static void note(struct progress *progress, const char *line)
{
    (void)progress;
    snprintf(noted, sizeof noted, "%s", line);
}

static bool stop_at_third_poll(struct progress *progress)
{
    (void)progress;
    return ++polls >= 3;
}

START_TEST(test_waiter_hears_who_holds_the_lock_and_can_be_stopped)
{
    close(mkstemp(path));
    struct progress progress = progress_silent;
    progress.note = note;
    progress.stopped = stop_at_third_poll;
    struct error error = ERROR_INIT;
    struct lock holder = LOCK_INIT, waiter = LOCK_INIT;
    ck_assert(!lock_is_held(path));
    ck_ok(lock_take(&holder, path, &progress_silent, &error), error);
    ck_assert(lock_is_held(path));
    ck_assert(!lock_take(&waiter, path, &progress, &error));
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    char expected[64];
    snprintf(expected, sizeof expected, "waiting for process %ld on ", (long)getpid());
    ck_assert_msg(strncmp(noted, expected, strlen(expected)) == 0, "%s", noted);
    error_clear(&error);
    lock_release(&holder);
    ck_ok(lock_take(&waiter, path, &progress_silent, &error), error);
    lock_release(&waiter);
    ck_assert(!lock_is_held(path));
    unlink(path);
    ck_assert(!lock_is_held(path));
}
END_TEST

START_TEST(test_lock_of_a_killed_process_is_free)
{
    int ready[2];
    ck_assert_int_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct lock lock = LOCK_INIT;
        struct error error = ERROR_INIT;
        bool ok = lock_take(&lock, path, &progress_silent, &error);
        if (write(ready[1], "x", 1) != 1 || !ok)
            _exit(1);
        pause();
        _exit(0);
    }
    char byte;
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    struct lock lock = LOCK_INIT;
    struct error error = ERROR_INIT;
    ck_ok(lock_take(&lock, path, &progress_silent, &error), error);
    lock_release(&lock);
    unlink(path);
}
END_TEST

UNIT_MAIN("lock", test_waiter_hears_who_holds_the_lock_and_can_be_stopped, test_lock_of_a_killed_process_is_free)
