/*
 * thin.h: a curve as lines on a panel, with no more points than can be seen: of all that fall into one column of dots the
 * first, the lowest, the highest and the last are kept, so that a spike of one step among a million is still drawn.
 */
#ifndef LRUN_RUNNER_PLOT_THIN_H
#define LRUN_RUNNER_PLOT_THIN_H

#include "runner/plot/figure.h"

/** Where the numbers of a curve go. */
struct projection {
    struct axis_span x;
    struct axis_span y;
    double left;
    double top;
    double right;
    double bottom;
    /** Columns of dots per unit of width. */
    double resolution;
};

/** The point of the panel at which a point of a curve stands. */
struct curve_point projection_apply(const struct projection *projection, struct curve_point point);

/** The pieces between gaps, in their order; NULL: nothing but gaps. A step back along the axis is a gap too. */
struct figure_line *thin_lines(const struct curve_point *points, size_t count, const struct projection *projection,
                               struct arena *arena);

#endif
