/*
 * curves.h: the numbers of runs as curves, in panels: what is to be drawn, before anything is said of where.
 *
 *     struct curves curves = CURVES_INIT;
 *     if (curves_add_run(&curves, "version_3", "lightning_logs/version_3/metrics.csv", &error) &&
 *         curves_choose(&curves, &(struct curve_choice){.metrics = "train_loss,val_map_50"}, &error))
 *         figure_lay_out(&figure, &curves, ...);
 *     curves_finish(&curves);
 *
 * A panel holds the curves of one run whose metrics differ only in train_, val_, test_ or _epoch, or the curves of one metric
 * in several runs. A curve has a colour: by metric in the first case, by run in the second.
 */
#ifndef LRUN_RUNNER_PLOT_CURVES_H
#define LRUN_RUNNER_PLOT_CURVES_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "runner/train/metrics_table.h"

/** y is NaN where there is no number to draw: the curve has a gap. */
struct curve_point {
    double x;
    double y;
};

struct curve {
    /** The metric where a panel is of one run, else the run. Lent. */
    const char *label;
    size_t color;
    struct curve_point *points;
    size_t count;
    /** The same, smoothed; NULL where no smoothing was asked for. */
    struct curve_point *smoothed;
};

struct curve_panel {
    /** "loss", "val_map_50". */
    const char *title;
    struct curve *curves;
    size_t count;
};

struct curve_run {
    const char *name;
    struct metrics_table table;
};

enum curve_axis {
    CURVE_AXIS_STEP,
    /** Epochs that are done, with fractions in between. */
    CURVE_AXIS_EPOCH,
};

struct curve_choice {
    /** Names with commas between them; NULL: train_loss, val_loss, and what else was measured on validation and test data. */
    const char *metrics;
    enum curve_axis axis;
    /** 0 to below 1: the weight of what came before, as in TensorBoard; 0: as it is. */
    double smoothing;
    /** For a logarithmic axis: what is not above 0 is a gap. */
    bool only_positive;
};

/** Everything in it lives in its arena. */
struct curves {
    struct arena arena;
    struct curve_run *runs;
    size_t run_count;
    struct curve_panel *panels;
    size_t panel_count;
};

#define CURVES_INIT                                                                                                    \
    {                                                                                                                  \
        .run_count = 0                                                                                                 \
    }

/** Reads a run's metrics.csv. Fails with ERROR_STORAGE. */
bool curves_add_run(struct curves *curves, const char *name, const char *path, struct error *error);

/** Makes the panels of the runs that were added. Fails with ERROR_CONFIG when no run has a metric that is asked for. */
bool curves_choose(struct curves *curves, const struct curve_choice *choice, struct error *error);

void curves_finish(struct curves *curves);

#endif
