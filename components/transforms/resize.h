/* resize.h: Resize. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RESIZE_H
#define LRUN_COMPONENTS_TRANSFORMS_RESIZE_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"
#include "engine/image/resample.h"

/** Resizes the image, and its boxes and mask with it. As torchvision.transforms.v2.Resize. Name: Resize. */
struct resize_params {
    /** Output height and width in pixels; one number sets the shorter side and keeps the aspect ratio. Range: [1, 16384]. */
    struct int_list size;
    /** How pixels are sampled; a mask takes its nearest pixels. Default: bilinear. */
    enum interpolation interpolation;
    /** Most that the longer side may become when `size` is one number; null: no limit. Default: null. Range: [1, 16384]. */
    const int64_t *max_size;
    /** Filters before shrinking, so that fine detail does not alias. Default: true. */
    bool antialias;
};

/** Makes the transform. Fails with ERROR_CONFIG when `size` has not one or two items, or max_size does not fit it. */
struct transform *resize_create(const struct resize_params *params, struct error *error);

#endif
