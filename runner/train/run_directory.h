/*
 * run_directory.h: lightning_logs/version_N: where everything that a run writes goes.
 *
 *     config.yaml          the resolved config: `lrun version_N/config.yaml` repeats the run
 *     command_line.txt     what was typed
 *     environment.json     git commit and whether the tree was dirty, versions, host, seed, when it started
 *     changes.patch        what was not committed, for `git apply` on that commit; not there when nothing was
 *     origin.json          what the config was made from (provenance.h); its files are in sources/
 *     kernels.json         which kernels were chosen by timing, or by a GPU's libraries (kernel_record.h); not there when none were
 *     metrics.csv          the loggers' files
 *     checkpoints/
 *     state.json           whether it runs, or how it ended (run_state.h)
 *     .lock                held while a process trains here
 *
 * N is taken by mkdir, so that processes which start together get different ones.
 */
#ifndef LRUN_RUNNER_TRAIN_RUN_DIRECTORY_H
#define LRUN_RUNNER_TRAIN_RUN_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/base/error.h"
#include "engine/base/lock.h"
#include "engine/base/progress.h"
#include "runner/train/provenance.h"
#include "runner/train/run_state.h"

/** What stands before the number in a run directory's name. */
#define RUN_DIRECTORY_PREFIX "version_"

struct run_directory {
    /** ".../lightning_logs/version_3"; NULL when not open. */
    char *path;
    struct lock lock;
    /** Its state says that it is running. */
    bool is_begun;
};

#define RUN_DIRECTORY_INIT                                                                                             \
    {                                                                                                                  \
        .path = NULL, .lock = LOCK_INIT                                                                                \
    }

/** What is written down of a run that starts. Strings may be NULL. */
struct run_origin {
    const char *config_text;
    const char *command_line;
    uint64_t seed;
    int threads;
    /** What computes, the first of how many; NULL: the processor; 0 as 1. */
    const struct device *device;
    int devices;
    /** NULL: nobody knows. */
    const struct provenance *provenance;
};

/** Makes the next version_N under `root` (NULL: the working directory). Fails with ERROR_STORAGE. */
bool run_directory_create(struct run_directory *directory, const char *root, const struct run_origin *origin,
                          struct progress *progress, struct error *error);

/**
 * As run_directory_create, in a directory of the caller's choice, which is made when it is not there. Fails with
 * ERROR_STORAGE, also when it holds a run already, unless that is to be begun again.
 */
bool run_directory_create_at(struct run_directory *directory, const char *path, bool again,
                             const struct run_origin *origin, struct progress *progress, struct error *error);

/** Goes on in a directory that exists: takes its lock and removes what a killed process left unfinished. */
bool run_directory_reopen(struct run_directory *directory, const char *path, struct progress *progress,
                          struct error *error);

/** Writes down how the run ended; nothing when it was not begun here. Fails with ERROR_STORAGE. */
bool run_directory_end(struct run_directory *directory, const struct run_state *state, struct error *error);

/** Gives back the lock. Accepts one that is not open. */
void run_directory_finish(struct run_directory *directory);

/** What the run is called in a line: "3" of ".../version_3", else the directory's own name. Lent: a part of the path. */
const char *run_directory_short_name(const char *path);

/** The directory lightning_logs under `root` (NULL: the working directory). The caller frees it. */
char *run_directory_logs(const char *root);

/** The run directory in which this checkpoint lies (.../version_N/checkpoints/x): the caller frees it; NULL: in none. */
char *run_directory_of_checkpoint(const char *checkpoint_path);

/** The run directory with the highest number under `root`: the caller frees it; NULL: there is none. */
char *run_directory_find_newest(const char *root);

/** Paths of all checkpoints in the run directories under `root`, unordered; the caller frees the items and the array. */
char **run_directory_list_checkpoints(const char *root, size_t *count);

/** Paths of all checkpoints in one run directory, in the same way. */
char **run_directory_list_own(const char *path, size_t *count);

#endif
