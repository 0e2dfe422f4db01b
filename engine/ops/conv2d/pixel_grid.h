/*
 * pixel_grid.h: the pixels of images on one line, so that a tap of a convolution is a distance on it.
 *
 * A grid has `rows` x `columns` places for each image, one image behind the other. Place (row, column) holds the pixel of the
 * image that an output at (row, column) reads with one tap; where the image has none, zeros. With a stride, taps that differ by a
 * multiple of it read the same grid, the others one that begins elsewhere. Grids of x and of the gradient of y that are as wide
 * are multiplied place by place.
 */
#ifndef LRUN_ENGINE_OPS_CONV2D_PIXEL_GRID_H
#define LRUN_ENGINE_OPS_CONV2D_PIXEL_GRID_H

#include <stdint.h>

#include "engine/backends/cpu/amx.h"

struct pixel_grid {
    /** Images in bfloat16, channels last: [images][image_rows][row_numbers]. */
    const uint16_t *numbers;
    int64_t images, image_rows, row_numbers;
    /** Places of an image. */
    int64_t rows, columns;
    /** The image's row at row 0, perhaps above it, and rows from one to the next. */
    int64_t first_row, row_step;
    /** Where in the image's row column 0 begins, perhaps before it, and numbers from one column to the next. */
    int64_t first_number, column_step;
    /** Numbers of a place. */
    int64_t channels;
};

#if LRUN_HAVE_AMX
/** Copies channels [32 * panel, 32 * panel + 32) of `count` places from place `begin` on; zeros where there is nothing. */
void pixel_grid_gather(const struct pixel_grid *grid, int64_t panel, int64_t begin, int64_t count, uint16_t *pixels);
#endif

#endif
