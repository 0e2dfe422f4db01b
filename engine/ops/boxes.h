/*
 * boxes.h: the arithmetic of boxes that SSD's loss and detections share: torchvision's box_iou and BoxCoder(10, 10, 5, 5),
 * in float32 and in its order of operations, so that comparisons with a threshold fall the same way.
 */
#ifndef LRUN_ENGINE_OPS_BOXES_H
#define LRUN_ENGINE_OPS_BOXES_H

#include "engine/ops/ops.h"

/** Corners, in pixels. */
struct box {
    float x1, y1, x2, y2;
};

/** The default boxes of an SSD as corners: [anchors]. Freed with memory_free. */
struct box *boxes_from_defaults(const struct ssd_attributes *attributes);

/** Intersection over union. */
float box_iou(const struct box *a, const struct box *b);

/** What the network should say for `box` at `anchor`. */
void box_encode(const struct box *box, const struct box *anchor, float code[4]);

/** The box that the network says at `anchor`, clipped to the image. */
struct box box_decode(const float code[4], const struct box *anchor, float width, float height);

#endif
