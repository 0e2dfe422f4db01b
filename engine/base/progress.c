/* progress.c: a progress that says nothing. */
#include "engine/base/progress.h"

static void progress_ignore_update(struct progress *progress, const char *task, uint64_t done, uint64_t total,
                                   const char *unit)
{
    (void)progress;
    (void)task;
    (void)done;
    (void)total;
    (void)unit;
}

static void progress_ignore_note(struct progress *progress, const char *line)
{
    (void)progress;
    (void)line;
}

static bool progress_never_stopped(struct progress *progress)
{
    (void)progress;
    return false;
}

struct progress progress_silent = {
    .update = progress_ignore_update,
    .note = progress_ignore_note,
    .stopped = progress_never_stopped,
};
