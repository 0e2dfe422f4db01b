/*
 * findings.h: what the configs of a sweep's runs say: each problem and note once, in the place where the user wrote it, and
 * with the values of the runs that have it where only some do.
 */
#ifndef LRUN_RUNNER_SWEEP_FINDINGS_H
#define LRUN_RUNNER_SWEEP_FINDINGS_H

#include "runner/config/config.h"
#include "runner/sweep/state.h"
#include "runner/sweep/values.h"

/** Where a problem was found. */
struct finding {
    /** How many runs have it, and the first of them. */
    size_t count;
    size_t first;
    /** The key in whose value it is; the number of keys: in none. */
    size_t key;
};

/** Problems and notes of many configs, with the files that they are in. */
struct findings {
    /** What it is made from and lives in. Lent: set these three, and sources.arguments. */
    struct arena *arena;
    const struct sweep *sweep;
    const struct sweep_values *values;
    struct problems problems;
    struct sources sources;
    /** Of each problem. */
    struct finding items[PROBLEMS_MAX];
    /** The exit status of the first one; ERROR_NONE while there is none. */
    enum error_code code;
};

/** Adds what a run's config says by the way, and, when the error is set, what is wrong with it. */
void findings_add(struct findings *findings, size_t run, const struct config *config, const struct error *error);

/** Lets the problems that only some of the runs have say which; to be called once, when all are added. */
void findings_name_runs(struct findings *findings);

/** "optimizer.lr=0.01, model.backbone=ResNet18". */
void findings_format_values(const struct sweep *sweep, size_t run, struct text *text);

#endif
