/*
 * progress.h: how long work tells the runner where it is.
 *
 * The floors below the runner never print: they call a `struct progress` that the runner gave them, which draws a bar on
 * a terminal and sparse lines in a log, and which says when the user wants to stop. Safe to call from one thread at a time.
 */
#ifndef LRUN_ENGINE_BASE_PROGRESS_H
#define LRUN_ENGINE_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** Where long work reports to. Every function must be set. */
struct progress {
    /** `done` of `total` (0: unknown) units of `task` ("downloading VOCtrainval.tar") are finished; `unit`: "B", "files". */
    void (*update)(struct progress *progress, const char *task, uint64_t done, uint64_t total, const char *unit);
    /** One line for the user: a warning or a fact that the work found. */
    void (*note)(struct progress *progress, const char *line);
    /** True when the user asked to stop (a signal came): the work ends with ERROR_INTERRUPTED as soon as it can. */
    bool (*stopped)(struct progress *progress);
};

/** A progress that says nothing and never stops: for tests and for callers without a user. */
extern struct progress progress_silent;

#endif
