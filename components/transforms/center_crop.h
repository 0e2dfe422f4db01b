/* center_crop.h: CenterCrop. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_CENTER_CROP_H
#define LRUN_COMPONENTS_TRANSFORMS_CENTER_CROP_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/**
 * Keeps the middle of the image; where the image is smaller, adds zeros around it. As torchvision.transforms.v2.CenterCrop,
 * but that boxes stay with the pixels where an odd number of rows or columns is added (there torchvision's boxes are off
 * by one). Name: CenterCrop.
 */
struct center_crop_params {
    /** Output height and width in pixels; one number is both. Range: [1, 16384]. */
    struct int_list size;
};

/** Makes the transform. Fails with ERROR_CONFIG when `size` has not one or two items. */
struct transform *center_crop_create(const struct center_crop_params *params, struct error *error);

#endif
