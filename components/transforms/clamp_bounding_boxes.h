/* clamp_bounding_boxes.h: ClampBoundingBoxes. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_CLAMP_BOUNDING_BOXES_H
#define LRUN_COMPONENTS_TRANSFORMS_CLAMP_BOUNDING_BOXES_H

#include "components/transforms/transform.h"

/** How rotated boxes would be cut. */
enum clamping_mode {
    CLAMPING_MODE_AUTO,
    CLAMPING_MODE_SOFT,
    CLAMPING_MODE_HARD,
};

/** Cuts boxes at the image's borders. As torchvision.transforms.v2.ClampBoundingBoxes. Name: ClampBoundingBoxes. */
struct clamp_bounding_boxes_params {
    /** All are the same for boxes that are not rotated, which ours are. Default: auto. */
    enum clamping_mode clamping_mode;
};

/** Makes the transform. Never fails. */
struct transform *clamp_bounding_boxes_create(const struct clamp_bounding_boxes_params *params, struct error *error);

#endif
