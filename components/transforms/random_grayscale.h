/* random_grayscale.h: RandomGrayscale. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_GRAYSCALE_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_GRAYSCALE_H

#include "components/transforms/transform.h"

/** Sometimes makes the image grey, with as many channels as before. As torchvision.transforms.v2.RandomGrayscale. Name: RandomGrayscale. */
struct random_grayscale_params {
    /** Probability that it happens. Default: 0.1. Range: [0, 1]. */
    double p;
};

/** Makes the transform. Never fails. */
struct transform *random_grayscale_create(const struct random_grayscale_params *params, struct error *error);

#endif
