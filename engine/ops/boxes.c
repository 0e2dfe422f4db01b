/* boxes.c: the arithmetic of boxes. */
#include "engine/ops/boxes.h"

#include <math.h>

#include "engine/base/memory.h"

static const float CENTER_WEIGHT = 10, SIZE_WEIGHT = 5;

/* log(1000 / 16): a decoded box is at most this much larger than its anchor. */
static const float LARGEST_GROWTH = 4.135166556742356F;

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

static float smaller(float a, float b)
{
    return a < b ? a : b;
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static float box_area(const struct box *box)
{
    return (box->x2 - box->x1) * (box->y2 - box->y1);
}

float box_iou(const struct box *a, const struct box *b)
{
    float width = larger(smaller(a->x2, b->x2) - larger(a->x1, b->x1), 0);
    float height = larger(smaller(a->y2, b->y2) - larger(a->y1, b->y1), 0);
    float shared = width * height;
    return shared / (box_area(a) + box_area(b) - shared);
}

void box_encode(const struct box *box, const struct box *anchor, float code[4])
{
    float anchor_width = anchor->x2 - anchor->x1, anchor_height = anchor->y2 - anchor->y1;
    float width = box->x2 - box->x1, height = box->y2 - box->y1;
    float x = box->x1 + 0.5F * width, anchor_x = anchor->x1 + 0.5F * anchor_width;
    float y = box->y1 + 0.5F * height, anchor_y = anchor->y1 + 0.5F * anchor_height;
    code[0] = CENTER_WEIGHT * (x - anchor_x) / anchor_width;
    code[1] = CENTER_WEIGHT * (y - anchor_y) / anchor_height;
    code[2] = SIZE_WEIGHT * logf(width / anchor_width);
    code[3] = SIZE_WEIGHT * logf(height / anchor_height);
}

struct box box_decode(const float code[4], const struct box *anchor, float width, float height)
{
    float anchor_width = anchor->x2 - anchor->x1, anchor_height = anchor->y2 - anchor->y1;
    float x = code[0] / CENTER_WEIGHT * anchor_width + (anchor->x1 + 0.5F * anchor_width);
    float y = code[1] / CENTER_WEIGHT * anchor_height + (anchor->y1 + 0.5F * anchor_height);
    float half_width = 0.5F * (expf(smaller(code[2] / SIZE_WEIGHT, LARGEST_GROWTH)) * anchor_width);
    float half_height = 0.5F * (expf(smaller(code[3] / SIZE_WEIGHT, LARGEST_GROWTH)) * anchor_height);
    return (struct box){
        .x1 = smaller(larger(x - half_width, 0), width),
        .y1 = smaller(larger(y - half_height, 0), height),
        .x2 = smaller(larger(x + half_width, 0), width),
        .y2 = smaller(larger(y + half_height, 0), height),
    };
}
