/*
 * geometry.h: moving pixels without changing them: flips, turns, windows (crop and pad are the same thing).
 */
#ifndef LRUN_ENGINE_IMAGE_GEOMETRY_H
#define LRUN_ENGINE_IMAGE_GEOMETRY_H

#include "engine/image/image.h"

/** What lies beyond an image's border; torchvision's padding modes. */
enum padding_mode {
    PADDING_MODE_CONSTANT,  /**< a fixed value */
    PADDING_MODE_EDGE,      /**< the last pixel again: abc|ccc */
    PADDING_MODE_REFLECT,   /**< mirrored, the last pixel not repeated: abc|ba */
    PADDING_MODE_SYMMETRIC, /**< mirrored, the last pixel repeated: abc|cba */
};

/** A rectangle of an image and of what lies around it, in pixels. */
struct window {
    int left;
    int top;
    int width;
    int height;
    enum padding_mode mode;
    /** PADDING_MODE_CONSTANT: the value per channel, in the image's own range. */
    float fill[3];
};

/** Cuts the window out of the image: a crop, a pad, or both. Fails with ERROR_DATA on a size out of range, ERROR_MEMORY. */
bool image_cut(const struct image *image, const struct window *window, struct arena *arena, struct image *result,
               struct error *error);

/** Mirrors left and right, in place. */
void image_flip_horizontal(struct image *image);

/** Mirrors top and bottom, in place. */
void image_flip_vertical(struct image *image);

/** Turns the image as an EXIF orientation (1 to 8) says, so that it stands upright. Fails with ERROR_MEMORY. */
bool image_orient(struct image *image, int orientation, struct arena *arena, struct error *error);

#endif
