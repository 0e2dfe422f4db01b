/*
 * plan.h: what a sweep is to run: every combination of the command line's values, checked completely before any begins.
 *
 * A combination is checked as `lrun check` checks a config: its keys and values, what its components say of each other,
 * the graph, the memory. Problems come together, each once, in the place where the user wrote it.
 */
#ifndef LRUN_RUNNER_SWEEP_PLAN_H
#define LRUN_RUNNER_SWEEP_PLAN_H

#include "runner/cli/arguments.h"
#include "runner/cli/verb.h"
#include "runner/sweep/state.h"
#include "runner/train/console.h"

/** What is asked for. */
struct sweep_request {
    /** Configs and overrides. */
    const struct arguments *arguments;
    /** --random: how many draws; 0: all combinations. */
    size_t draws;
    /** --seed of the draws; NULL: the config's seed_everything. */
    const int64_t *seed;
    /** How many runs at once: they share the cores. 0: one for each GPU where the config uses them, else one. */
    int64_t jobs;
    /** --monitor; NULL: what the config watches (runner/runs/watched.h), else val_loss. */
    const char *monitor;
    /** --mode; NULL: as the config watches it. */
    const enum monitor_mode *mode;
};

/** A plan. */
struct sweep_plan {
    struct arena arena;
    /** default_root_dir of the runs; NULL: the working directory. */
    const char *root;
    /** The whole config of each run, as it was checked. */
    const char **configs;
};

#define SWEEP_PLAN_INIT                                                                                                \
    {                                                                                                                  \
        .configs = NULL                                                                                                \
    }

/**
 * Makes the plan; `sweep` gets its keys, runs, digest and monitor, in its own arena. Fails with the code of the first
 * problem (ERROR_CONFIG), ERROR_INTERRUPTED when the user stopped; call->report then has the problems.
 */
bool sweep_plan_make(struct sweep_plan *plan, const struct sweep_request *request, struct sweep *sweep,
                     struct verb_call *call, struct console *console, struct error *error);

void sweep_plan_finish(struct sweep_plan *plan);

#endif
