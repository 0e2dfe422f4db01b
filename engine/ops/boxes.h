/*
 * boxes.h: the arithmetic of boxes that SSD's loss and detections share: torchvision's box_iou and BoxCoder(10, 10, 5, 5),
 * in float32 and in its order of operations, so that comparisons with a threshold fall the same way.
 */
#ifndef LRUN_ENGINE_OPS_BOXES_H
#define LRUN_ENGINE_OPS_BOXES_H

#include <math.h>

#include "engine/backends/device.h"
#include "engine/base/formula.h"
#include "engine/ops/ops.h"

/** Corners, in pixels. */
struct box {
    float x1, y1, x2, y2;
};

#ifdef __cplusplus
extern "C" {
#endif

/** The default boxes of an SSD as corners: [anchors]. Freed with memory_free. */
struct box *boxes_from_defaults(const struct ssd_attributes *attributes);

/**
 * The same in a device's memory, freed with device_release; NULL on a device that is not there. False when there is not enough
 * (ERROR_MEMORY).
 */
bool boxes_to_device(const struct ssd_attributes *attributes, struct device *device, void **boxes, struct error *error);

#ifdef __cplusplus
}
#endif

#define BOX_CENTER_WEIGHT 10.0F
#define BOX_SIZE_WEIGHT 5.0F

/** log(1000 / 16): a decoded box is at most this much larger than its anchor. */
#define BOX_LARGEST_GROWTH 4.135166556742356F

FORMULA float smaller(float a, float b)
{
    return a < b ? a : b;
}

FORMULA float larger(float a, float b)
{
    return a > b ? a : b;
}

FORMULA float box_area(const struct box *box)
{
    return (box->x2 - box->x1) * (box->y2 - box->y1);
}

/** Intersection over union. */
FORMULA float box_iou(const struct box *a, const struct box *b)
{
    float width = larger(smaller(a->x2, b->x2) - larger(a->x1, b->x1), 0);
    float height = larger(smaller(a->y2, b->y2) - larger(a->y1, b->y1), 0);
    float shared = width * height;
    return shared / (box_area(a) + box_area(b) - shared);
}

/** What the network should say for `box` at `anchor`. */
FORMULA void box_encode(const struct box *box, const struct box *anchor, float code[4])
{
    float anchor_width = anchor->x2 - anchor->x1, anchor_height = anchor->y2 - anchor->y1;
    float width = box->x2 - box->x1, height = box->y2 - box->y1;
    float x = box->x1 + 0.5F * width, anchor_x = anchor->x1 + 0.5F * anchor_width;
    float y = box->y1 + 0.5F * height, anchor_y = anchor->y1 + 0.5F * anchor_height;
    code[0] = BOX_CENTER_WEIGHT * (x - anchor_x) / anchor_width;
    code[1] = BOX_CENTER_WEIGHT * (y - anchor_y) / anchor_height;
    code[2] = BOX_SIZE_WEIGHT * logf(width / anchor_width);
    code[3] = BOX_SIZE_WEIGHT * logf(height / anchor_height);
}

/** The box that the network says at `anchor`, clipped to the image. */
FORMULA struct box box_decode(const float code[4], const struct box *anchor, float width, float height)
{
    float anchor_width = anchor->x2 - anchor->x1, anchor_height = anchor->y2 - anchor->y1;
    float x = code[0] / BOX_CENTER_WEIGHT * anchor_width + (anchor->x1 + 0.5F * anchor_width);
    float y = code[1] / BOX_CENTER_WEIGHT * anchor_height + (anchor->y1 + 0.5F * anchor_height);
    float half_width = 0.5F * (expf(smaller(code[2] / BOX_SIZE_WEIGHT, BOX_LARGEST_GROWTH)) * anchor_width);
    float half_height = 0.5F * (expf(smaller(code[3] / BOX_SIZE_WEIGHT, BOX_LARGEST_GROWTH)) * anchor_height);
    struct box box;
    box.x1 = smaller(larger(x - half_width, 0), width);
    box.y1 = smaller(larger(y - half_height, 0), height);
    box.x2 = smaller(larger(x + half_width, 0), width);
    box.y2 = smaller(larger(y + half_height, 0), height);
    return box;
}

#endif
