/* picture.h: what PNG and SVG share: sizes and colours. */
#ifndef LRUN_RUNNER_PLOT_PICTURE_H
#define LRUN_RUNNER_PLOT_PICTURE_H

#include "engine/image/draw.h"
#include "runner/plot/figure.h"

/** Width of a letter's dot: letters are 7 dots high and 6 apart. */
#define PICTURE_DOT 1.25
#define PICTURE_LINE 1.6
#define PICTURE_GRID 1.0
#define PICTURE_POINT 2.4
/** Of a curve as it was, behind its smoothed self. */
#define PICTURE_FAINT 0.3

/** The colours of a reader who likes it light, or dark. */
struct picture_theme {
    struct colour background;
    struct colour strong;
    struct colour plain;
    struct colour muted;
    struct colour grid;
    struct colour axis;
    struct colour curves[FIGURE_COLORS];
};

extern const struct picture_theme picture_light;
extern const struct picture_theme picture_dark;

/** The figure's sizes: 800 x 500, where its panels are not too many, times `scale`. */
struct figure_request picture_request(const struct figure_axes *axes, double scale);

#endif
