/*
 * resample.h: images at another size, equal to torchvision.transforms.v2.functional.resize on tensors.
 *
 * Bytes go through PyTorch's own fixed-point arithmetic (that of Pillow: 16-bit weights, rounded after each direction),
 * so that they are the same to the bit; floats are the same to rounding.
 */
#ifndef LRUN_ENGINE_IMAGE_RESAMPLE_H
#define LRUN_ENGINE_IMAGE_RESAMPLE_H

#include "engine/image/image.h"

/** How pixels are sampled; torchvision.transforms.InterpolationMode. */
enum interpolation {
    INTERPOLATION_NEAREST,
    INTERPOLATION_NEAREST_EXACT, /**< "nearest-exact" */
    INTERPOLATION_BILINEAR,
    INTERPOLATION_BICUBIC,
};

/** What size, and how. */
struct resample_options {
    int width;
    int height;
    enum interpolation interpolation;
    /** Bilinear and bicubic: filters before shrinking, so that fine detail does not alias. */
    bool antialias;
};

/**
 * Makes the image of another size in the arena; the image itself where the size is the same.
 * Fails with ERROR_DATA on a size out of range, ERROR_MEMORY.
 */
bool image_resample(const struct image *image, const struct resample_options *options, struct arena *arena,
                    struct image *result, struct error *error);

#endif
