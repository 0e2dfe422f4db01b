/*
 * revision.h: a config as it was in a git revision: "HEAD~1:configs/voc_detect.yaml".
 *
 * The revision's YAML files are checked out into a folder of their own, so that what the config is based on is of that
 * revision too. Neither the working tree nor the index of the repository changes; no hook runs.
 *
 *     struct revision revision = REVISION_INIT;
 *     if (revision_open(&revision, "HEAD~1:configs/voc_detect.yaml", &error))
 *         ... revision.path ...
 *     revision_close(&revision);
 */
#ifndef LRUN_RUNNER_CLI_REVISION_H
#define LRUN_RUNNER_CLI_REVISION_H

#include <stdbool.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"

struct revision {
    struct arena arena;
    /** Where everything is; NULL when nothing was checked out. */
    const char *folder;
    /** The folder that stands for the top of the repository: what `name` stands for in messages. Ends with a slash. */
    const char *top;
    /** "HEAD~1:". */
    const char *name;
    /** The config. */
    const char *path;
};

#define REVISION_INIT                                                                                                  \
    {                                                                                                                  \
        .folder = NULL                                                                                                 \
    }

/** Whether an argument names a revision's file rather than a file: it has a colon and no such file is there. */
bool revision_is_named(const char *argument);

/** Checks out. Fails with ERROR_CONFIG where git does not know the revision or the file, ERROR_STORAGE for the folder. */
bool revision_open(struct revision *revision, const char *argument, struct error *error);

/** Removes the folder. */
void revision_close(struct revision *revision);

#endif
