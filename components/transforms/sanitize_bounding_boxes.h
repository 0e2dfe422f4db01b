/* sanitize_bounding_boxes.h: SanitizeBoundingBoxes. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_SANITIZE_BOUNDING_BOXES_H
#define LRUN_COMPONENTS_TRANSFORMS_SANITIZE_BOUNDING_BOXES_H

#include "components/transforms/transform.h"

/** Drops boxes that are too small or reach out of the image. As torchvision.transforms.v2.SanitizeBoundingBoxes. Name: SanitizeBoundingBoxes. */
struct sanitize_bounding_boxes_params {
    /** Least width and height in pixels. Default: 1. Range: [1, inf). */
    double min_size;
    /** Least area in pixels. Default: 1. Range: [1, inf). */
    double min_area;
};

/** Makes the transform. Never fails. */
struct transform *sanitize_bounding_boxes_create(const struct sanitize_bounding_boxes_params *params,
                                                 struct error *error);

#endif
