/*
 * image.h: pixels in host memory: interleaved [height, width, channels], bytes or floats.
 *
 * An image owns nothing: its pixels come from an arena (a worker's sample), so that a loop which resets the arena
 * allocates nothing once warm.
 */
#ifndef LRUN_ENGINE_IMAGE_IMAGE_H
#define LRUN_ENGINE_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/tensor/dtype.h"

/** Largest width or height that is read or made. */
#define IMAGE_MAX_SIDE 16384
/** Most pixels that are read or made. */
#define IMAGE_MAX_PIXELS ((int64_t)64 << 20)

/** An image. Zero is "no image". */
struct image {
    int width;
    int height;
    /** 1 (grey, mask) or 3 (RGB). */
    int channels;
    /** DTYPE_U8 (0 to 255) or DTYPE_F32 (0 to 1, or normalised). */
    enum dtype dtype;
    /** Rows of interleaved channels without padding. Lent. */
    union {
        void *pixels;
        uint8_t *bytes;
        float *floats;
    };
};

/** Makes an image whose pixels are not set. Fails with ERROR_DATA on a size out of range, ERROR_MEMORY. */
bool image_init(struct image *image, int width, int height, int channels, enum dtype dtype, struct arena *arena,
                struct error *error);

/** Number of samples: width * height * channels. */
size_t image_count(const struct image *image);

#endif
