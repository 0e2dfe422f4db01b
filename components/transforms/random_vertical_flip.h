/* random_vertical_flip.h: RandomVerticalFlip. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_VERTICAL_FLIP_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_VERTICAL_FLIP_H

#include "components/transforms/transform.h"

/** Sometimes mirrors top and bottom. As torchvision.transforms.v2.RandomVerticalFlip. Name: RandomVerticalFlip. */
struct random_vertical_flip_params {
    /** Probability that it happens. Default: 0.5. Range: [0, 1]. */
    double p;
};

/** Makes the transform. Never fails. */
struct transform *random_vertical_flip_create(const struct random_vertical_flip_params *params, struct error *error);

#endif
