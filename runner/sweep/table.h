/*
 * table.h: how a sweep's runs stand: while they run, and what came out.
 *
 * What came out of a run is read from its run directory.
 */
#ifndef LRUN_RUNNER_SWEEP_TABLE_H
#define LRUN_RUNNER_SWEEP_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/text.h"
#include "runner/sweep/state.h"
#include "runner/train/metrics_table.h"

/** What is known of a run. */
struct sweep_result {
    /** The epoch of its newest numbers; -1: none yet. */
    double epoch;
    /** The best number of what the sweep monitors. */
    bool has_best;
    struct metric_moment best;
};

/** Reads what a run has logged so far; nothing where it has logged nothing. */
void result_load(struct sweep_result *result, const struct sweep *sweep, size_t run);

/** "optimizer.lr=0.01 model.backbone=ResNet18". */
void table_format_values(const struct sweep *sweep, size_t run, struct text *text);

/** "8 runs: 3 done, 1 failed, 2 running, 2 waiting". */
void table_format_counts(const struct sweep *sweep, struct text *text);

/** The table of runs that have not begun: their values. */
void table_format_plan(const struct sweep *sweep, int width, struct text *text);

/** The table while they run, in at most `lines` lines: where not all fit, those that run. */
void table_format_live(const struct sweep *sweep, const struct sweep_result *results, int width, int lines,
                       struct text *text);

/** The table of what came out, the best first and marked; what failed says why. `width` 0: as wide as it needs. */
void table_format_results(const struct sweep *sweep, int width, struct text *text);

/** The same for programs: an object. */
void table_format_json(const struct sweep *sweep, struct text *text);

#endif
