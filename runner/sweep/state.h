/*
 * state.h: lightning_logs/sweep_N: what a sweep is to do and how far it is, so that it can go on after any end.
 *
 *     sweep.json                what is in struct sweep, written anew, whole, at every change
 *     configs/version_3.yaml    the whole config of run 3, as it was checked: what is changed later changes no run
 *     logs/version_3.log        what run 3 said
 *     version_3/                its run directory
 *     .lock                     held while a process works on the sweep
 */
#ifndef LRUN_RUNNER_SWEEP_STATE_H
#define LRUN_RUNNER_SWEEP_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "components/callbacks/monitor.h"
#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/lock.h"
#include "engine/base/progress.h"

/** How far a run is. */
enum sweep_run_state {
    SWEEP_RUN_WAITING, /* not begun */
    SWEEP_RUN_RUNNING,
    SWEEP_RUN_STOPPED, /* begun, and to go on from its checkpoint */
    SWEEP_RUN_FAILED,
    SWEEP_RUN_DONE,
    SWEEP_RUN_STATE_COUNT,
};

/** One run. */
struct sweep_run {
    /** A text per key of the sweep. */
    const char **values;
    enum sweep_run_state state;
    /** Of a failed one: its exit status; 128 and the signal when one killed it. */
    int status;
    /** Of a failed one: what it said last; "" when nothing. */
    const char *message;
    /** How long it ran, all times together. */
    double seconds;
    /** How many epochs it is to have; -1 when nothing limits them. */
    int64_t epochs;
};

/** A sweep. Its texts lie in its arena. */
struct sweep {
    struct arena arena;
    /** "lightning_logs/sweep_0"; NULL when not open. */
    char *directory;
    struct lock lock;
    const char *command_line;
    /** Of all configs: the same runs have the same. */
    const char *digest;
    /** How many runs at once. */
    int64_t jobs;
    /** The logged number by which the runs are compared. */
    const char *monitor;
    enum monitor_mode mode;
    const char **keys;
    size_t key_count;
    struct sweep_run *runs;
    size_t run_count;
};

#define SWEEP_INIT                                                                                                     \
    {                                                                                                                  \
        .directory = NULL, .lock = LOCK_INIT                                                                           \
    }

/** True when the folder holds a sweep. */
bool sweep_is_there(const char *directory);

/**
 * Makes the next sweep_N in lightning_logs under `root` (NULL: the working directory) for the runs that are set, with
 * their configs, and takes its lock. Fails with ERROR_STORAGE, and leaves nothing then.
 */
bool sweep_create(struct sweep *sweep, const char *root, const char *const *configs, struct progress *progress,
                  struct error *error);

/**
 * Opens a sweep and takes its lock; what was running when it ended is stopped then. Fails with ERROR_STORAGE when
 * sweep.json is damaged, ERROR_INTERRUPTED when the user stopped while another process worked on it.
 */
bool sweep_open(struct sweep *sweep, const char *directory, struct progress *progress, struct error *error);

/** The newest sweep of such runs under `root`; NULL when there is none. The caller frees it. */
char *sweep_find(const char *root, const char *digest);

/** Writes sweep.json. Fails with ERROR_STORAGE. */
bool sweep_save(const struct sweep *sweep, struct error *error);

/** Paths of a run: its config, its log, its directory, its numbers. The caller frees them with memory_free. */
char *sweep_config_path(const struct sweep *sweep, size_t run);
char *sweep_log_path(const struct sweep *sweep, size_t run);
char *sweep_run_path(const struct sweep *sweep, size_t run);
char *sweep_metrics_path(const struct sweep *sweep, size_t run);

/** How many runs are in a state. */
size_t sweep_count(const struct sweep *sweep, enum sweep_run_state state);

/** "done", as in sweep.json. */
const char *sweep_run_state_name(enum sweep_run_state state);

/** Gives back the lock and frees everything. Accepts one that is not open. */
void sweep_finish(struct sweep *sweep);

#endif
