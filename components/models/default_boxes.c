/* default_boxes.c: SSD's default boxes. */
#include "components/models/default_boxes.h"

#include <math.h>

int default_boxes_per_place(const struct default_boxes *boxes)
{
    return 2 + 2 * boxes->ratio_count;
}

int64_t default_boxes_count(const struct default_boxes *boxes)
{
    return (int64_t)boxes->rows * boxes->columns * default_boxes_per_place(boxes);
}

static float *box_fill(float *box, double x, double y, double width, double height)
{
    box[0] = (float)x;
    box[1] = (float)y;
    box[2] = fminf((float)width, 1);
    box[3] = fminf((float)height, 1);
    return box + 4;
}

static float *place_fill(const struct default_boxes *boxes, double x, double y, float *box)
{
    double middle = sqrt(boxes->scale * boxes->next_scale);
    box = box_fill(box, x, y, boxes->scale, boxes->scale);
    box = box_fill(box, x, y, middle, middle);
    for (int i = 0; i < boxes->ratio_count; i++) {
        double root = sqrt(boxes->ratios[i]);
        box = box_fill(box, x, y, boxes->scale * root, boxes->scale / root);
        box = box_fill(box, x, y, boxes->scale / root, boxes->scale * root);
    }
    return box;
}

void default_boxes_fill(const struct default_boxes *boxes, float *filled)
{
    for (int row = 0; row < boxes->rows; row++)
        for (int column = 0; column < boxes->columns; column++)
            filled = place_fill(boxes, (column + 0.5) / boxes->places_across, (row + 0.5) / boxes->places_down, filled);
}
