/* normalize.h: Normalize. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_NORMALIZE_H
#define LRUN_COMPONENTS_TRANSFORMS_NORMALIZE_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/** Takes the mean from each channel and divides by the deviation; wants floats. As torchvision.transforms.v2.Normalize. Name: Normalize. */
struct normalize_params {
    /** Mean of all channels, or of each. */
    struct double_list mean;
    /** Standard deviation of all channels, or of each. */
    struct double_list std;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has not 1 or 3 items, or a deviation is 0. */
struct transform *normalize_create(const struct normalize_params *params, struct error *error);

#endif
