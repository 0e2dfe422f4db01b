/*
 * stroke.h: smooth lines and letters on byte RGB images: the curves of a run. Places are in pixels, the middle of the upper
 * left one is (0.5, 0.5); what lies outside the image is left out.
 *
 *     const struct stroke_point points[] = {{10, 90}, {50, 20.5}, {90, 60}};
 *     stroke_lines(&image, points, 3, &(struct stroke_pen){.width = 2, .colour = blue, .opacity = 1});
 */
#ifndef LRUN_ENGINE_IMAGE_STROKE_H
#define LRUN_ENGINE_IMAGE_STROKE_H

#include "engine/image/draw.h"

struct stroke_point {
    double x;
    double y;
};

struct stroke_pen {
    /** In pixels. */
    double width;
    struct colour colour;
    /** 0 to 1. Where a line crosses itself it is no darker. */
    double opacity;
};

/** Lines from point to point, with round ends and corners; a single point is a dot. Coordinates are finite. */
void stroke_lines(struct image *image, const struct stroke_point *points, size_t count, const struct stroke_pen *pen);

/**
 * Writes text whose upper left corner is at `place`, draw.h's letters with smooth strokes: a character is
 * DRAW_CHARACTER_WIDTH * scale wide. Characters beyond ASCII become '?'.
 */
void stroke_text(struct image *image, struct stroke_point place, const char *text, double scale,
                 const struct stroke_pen *pen);

#endif
