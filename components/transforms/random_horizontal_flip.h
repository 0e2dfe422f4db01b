/* random_horizontal_flip.h: RandomHorizontalFlip. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_HORIZONTAL_FLIP_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_HORIZONTAL_FLIP_H

#include "components/transforms/transform.h"

/** Sometimes mirrors left and right. As torchvision.transforms.v2.RandomHorizontalFlip. Name: RandomHorizontalFlip. */
struct random_horizontal_flip_params {
    /** Probability that it happens. Default: 0.5. Range: [0, 1]. */
    double p;
};

/** Makes the transform. Never fails. */
struct transform *random_horizontal_flip_create(const struct random_horizontal_flip_params *params,
                                                struct error *error);

#endif
