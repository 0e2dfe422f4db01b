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
    /** How pixels are sampled. Default: bilinear. */
    enum interpolation interpolation;
    /** Filters before shrinking, so that fine detail does not alias. Default: true. */
    bool antialias;
};

/** Makes the transform. Fails with ERROR_CONFIG when `size` has not one or two items. */
struct transform *resize_create(const struct resize_params *params, struct error *error);

#endif
