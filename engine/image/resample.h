/* resample.h: images at another size. */
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

#endif
