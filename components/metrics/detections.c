/* detections.c: what was to be found and what was found, as plain lists. */
#include "components/metrics/detections.h"

#include <math.h>

#include "engine/base/memory.h"

void detections_add_truth(struct detections *detections, const struct truth *truth)
{
    if (detections->truth_count == detections->truth_capacity) {
        detections->truth_capacity = detections->truth_capacity > 0 ? 2 * detections->truth_capacity : 64;
        detections->truths = memory_resize(detections->truths, detections->truth_capacity, sizeof *detections->truths);
    }
    detections->truths[detections->truth_count++] = *truth;
}

void detections_add(struct detections *detections, const struct detection *detection)
{
    if (detections->count == detections->capacity) {
        detections->capacity = detections->capacity > 0 ? 2 * detections->capacity : 64;
        detections->items = memory_resize(detections->items, detections->capacity, sizeof *detections->items);
    }
    detections->items[detections->count++] = *detection;
}

void detections_clear(struct detections *detections)
{
    detections->truth_count = 0;
    detections->count = 0;
}

void detections_finish(struct detections *detections)
{
    memory_free(detections->truths);
    memory_free(detections->items);
    *detections = (struct detections){0};
}

double box_area(const double corners[4])
{
    return (corners[2] - corners[0]) * (corners[3] - corners[1]);
}

double box_overlap(const double detection[4], const double truth[4], bool crowd)
{
    double width = fmin(detection[2], truth[2]) - fmax(detection[0], truth[0]);
    double height = fmin(detection[3], truth[3]) - fmax(detection[1], truth[1]);
    if (width <= 0 || height <= 0)
        return 0;
    double intersection = width * height;
    double whole = box_area(detection) + (crowd ? 0 : box_area(truth) - intersection);
    return intersection / whole;
}
