/*
 * default_boxes.h: SSD's default boxes, as torchvision's DefaultBoxGenerator makes them (clipped).
 */
#ifndef LRUN_COMPONENTS_MODELS_DEFAULT_BOXES_H
#define LRUN_COMPONENTS_MODELS_DEFAULT_BOXES_H

#include <stdint.h>

/** The default boxes of one feature map. */
struct default_boxes {
    int rows; /* of the map */
    int columns;
    /** Places that the image has room for: rows and columns, or its sides divided by a step given in pixels. */
    double places_down;
    double places_across;
    /** Side of the square box, as a share of the image's side; and the next coarser map's. */
    double scale;
    double next_scale;
    /** Ratios of width to height, each used upright and lying, beside the two squares. */
    const double *ratios;
    int ratio_count;
};

/** Boxes at each place of the map: two squares and two for each ratio. */
int default_boxes_per_place(const struct default_boxes *boxes);

/** Boxes of the map. */
int64_t default_boxes_count(const struct default_boxes *boxes);

/** Fills [count][4]: centre x, centre y, width, height, in 0..1 of the image; by row, column, then box. */
void default_boxes_fill(const struct default_boxes *boxes, float *filled);

#endif
