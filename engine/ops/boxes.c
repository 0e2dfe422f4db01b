/* boxes.c: default boxes as corners. */
#include "engine/ops/boxes.h"

#include "engine/base/memory.h"

struct box *boxes_from_defaults(const struct ssd_attributes *attributes)
{
    struct box *boxes = memory_allocate((size_t)attributes->anchors, sizeof *boxes);
    float width = (float)attributes->width, height = (float)attributes->height;
    for (int64_t i = 0; i < attributes->anchors; i++) {
        const float *from = attributes->default_boxes + 4 * i;
        boxes[i].x1 = (from[0] - 0.5F * from[2]) * width;
        boxes[i].y1 = (from[1] - 0.5F * from[3]) * height;
        boxes[i].x2 = (from[0] + 0.5F * from[2]) * width;
        boxes[i].y2 = (from[1] + 0.5F * from[3]) * height;
    }
    return boxes;
}

bool boxes_to_device(const struct ssd_attributes *attributes, struct device *device, void **boxes, struct error *error)
{
    size_t bytes = (size_t)attributes->anchors * sizeof(struct box);
    *boxes = NULL;
    if (device->interface == NULL)
        return true;
    *boxes = device_allocate(device, bytes, "default boxes", error);
    if (*boxes == NULL)
        return false;
    struct box *corners = boxes_from_defaults(attributes);
    device_write(device, *boxes, corners, bytes);
    memory_free(corners);
    return true;
}
