/*
 * figure.h: where everything of a drawing of curves stands: panels with axes, ticks, titles, legends, lines. The one layout
 * that pictures, SVG and the terminal share; they only put it into pixels, elements and characters.
 *
 *     struct figure figure;
 *     figure_lay_out(&figure, &curves, &request, &arena);
 *     for (size_t i = 0; i < figure.label_count; i++)
 *         write(figure.labels[i].x, figure.labels[i].y, figure.labels[i].words);
 *
 * Places are in the units of the request (pixels, character cells), from the upper left corner.
 */
#ifndef LRUN_RUNNER_PLOT_FIGURE_H
#define LRUN_RUNNER_PLOT_FIGURE_H

#include "engine/base/arena.h"
#include "engine/base/text.h"
#include "runner/plot/curves.h"
#include "runner/plot/ticks.h"

/** Colours that can be told apart; further curves begin again. */
#define FIGURE_COLORS 8

struct figure_axes {
    enum curve_axis x;
    /** Numbers go up logarithmically. */
    bool is_log;
};

/** How large things are. */
struct figure_request {
    double width;
    /** Of the whole; grows with the panels where they would be lower than `panel_height`. */
    double height;
    double panel_height;
    /** Panels are not narrower, unless there is one only; and of about this shape: width by height. */
    double panel_width;
    double panel_shape;
    /** A character and a line of text. */
    double character;
    double line;
    /** Between one thing and the next of a line. */
    double gap;
    /** Between a title and what is below it, and at the edges. */
    double lead;
    /** Between one panel and the next. */
    double between;
    /** Between the plot and the numbers along it: the axis and the ticks on it. */
    double axis;
    /** The sample of a colour in a legend. */
    double swatch;
    /** Places along a unit of width that can be told apart. */
    double resolution;
    /** Everything but lines stands at whole units. */
    bool is_whole;
    struct figure_axes axes;
};

enum figure_ink {
    INK_PLAIN,
    INK_STRONG, /* a title */
    INK_MUTED,  /* numbers along an axis */
};

/** Words: the upper left corner of the first character. */
struct figure_label {
    double x;
    double y;
    const char *words;
    enum figure_ink ink;
};

/** The sample of a curve's colour, `request.swatch` wide and a line high. */
struct figure_swatch {
    double x;
    double y;
    size_t color;
};

/** A piece of a curve without gaps. */
struct figure_line {
    struct curve_point *points;
    size_t count;
    size_t color;
    /** The curve as it was, behind its smoothed self. */
    bool is_faint;
    /** Few enough points for each to be shown. */
    bool has_dots;
    struct figure_line *next;
};

struct figure_panel {
    /** The plot's edges. */
    double left;
    double top;
    double right;
    double bottom;
    /** Where ticks stand: from the left, from the top. */
    double x_ticks[TICKS_MAX];
    size_t x_tick_count;
    double y_ticks[TICKS_MAX];
    size_t y_tick_count;
    /** In the order in which they are to be drawn. */
    struct figure_line *lines;
    /** Curves, each of which may have several lines. */
    size_t curve_count;
};

/** Everything in it lives in the arena that it was laid out with. */
struct figure {
    struct figure_request request;
    double height;
    struct figure_panel *panels;
    size_t panel_count;
    struct figure_label *labels;
    size_t label_count;
    struct figure_swatch *swatches;
    size_t swatch_count;
};

/** Lays out what curves_choose chose. */
void figure_lay_out(struct figure *figure, const struct curves *curves, const struct figure_request *request,
                    struct arena *arena);

/** Appends a PNG file. Fails with ERROR_DATA where there are too many panels for a picture. */
bool figure_format_png(const struct curves *curves, const struct figure_axes *axes, struct text *file,
                       struct error *error);

/** Appends an SVG file. It follows its reader's choice of light or dark. */
void figure_format_svg(const struct curves *curves, const struct figure_axes *axes, struct text *file);

/** How a terminal shows a figure. */
struct figure_terminal {
    int width;
    bool color;
    /** No characters beyond ASCII. */
    bool is_ascii;
};

/**
 * Appends lines of text. Curves are of braille dots; where neither colours nor being alone in a panel tells them apart, or
 * there is only ASCII, each is of a character of its own.
 */
void figure_format_text(const struct curves *curves, const struct figure_axes *axes,
                        const struct figure_terminal *terminal, struct text *text);

#endif
