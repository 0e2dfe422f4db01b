/* grayscale.h: Grayscale. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_GRAYSCALE_H
#define LRUN_COMPONENTS_TRANSFORMS_GRAYSCALE_H

#include "components/transforms/transform.h"

/** Makes the image grey. As torchvision.transforms.v2.Grayscale. Name: Grayscale. */
struct grayscale_params {
    /** Channels of the result: 1 or 3. Default: 1. Range: [1, 3]. */
    int num_output_channels;
};

/** Makes the transform. Fails with ERROR_CONFIG when num_output_channels is 2. */
struct transform *grayscale_create(const struct grayscale_params *params, struct error *error);

#endif
