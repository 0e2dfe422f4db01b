/* to_dtype.h: ToDtype. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_TO_DTYPE_H
#define LRUN_COMPONENTS_TRANSFORMS_TO_DTYPE_H

#include "components/transforms/transform.h"

/** Types of an image's values. */
enum image_dtype {
    IMAGE_DTYPE_FLOAT32,
    IMAGE_DTYPE_UINT8,
};

/** Changes the type of the image's values. As torchvision.transforms.v2.ToDtype. Name: ToDtype. */
struct to_dtype_params {
    /** The type. */
    enum image_dtype dtype;
    /** Maps 0 to 255 of bytes onto 0 to 1 of floats, and back. Default: false. */
    bool scale;
};

/** Makes the transform. Never fails. */
struct transform *to_dtype_create(const struct to_dtype_params *params, struct error *error);

#endif
