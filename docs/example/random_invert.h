/* random_invert.h: RandomInvert. */
#ifndef LRUN_DOCS_EXAMPLE_RANDOM_INVERT_H
#define LRUN_DOCS_EXAMPLE_RANDOM_INVERT_H

#include "components/transforms/transform.h"

/** Sometimes inverts the colours. As torchvision.transforms.v2.RandomInvert. Name: RandomInvert. */
struct random_invert_params {
    /** Probability that it happens. Default: 0.5. Range: [0, 1]. */
    double p;
};

/** Makes the transform. Never fails. */
struct transform *random_invert_create(const struct random_invert_params *params, struct error *error);

#endif
