/* detection_metric.c: the mean average precision of a detector over an epoch. */
#include "components/metrics/detection_metric.h"

#include <assert.h>

#include "components/metrics/average_precision.h"
#include "engine/base/memory.h"

struct detection_metric {
    struct metric base;
    int class_count;
    const char *const *class_names;
    struct detections detections;
    /* Images taken in. */
    int images;
};

static void box_read(const float *corners, double box[4])
{
    for (int i = 0; i < 4; i++)
        box[i] = corners[i];
}

static void truths_take(struct detection_metric *metric, const struct batch *batch, int item)
{
    int64_t row = item * batch->boxes.shape.size[1];
    const float *boxes = batch->boxes.data;
    const int32_t *labels = batch->box_labels.data, *counts = batch->box_counts.data;
    const uint8_t *difficult = batch->box_difficult.data, *crowd = batch->box_crowd.data;
    for (int32_t i = 0; i < counts[item]; i++, row++) {
        struct truth truth = {
            .image = metric->images + item,
            .class_index = labels[row] - 1,
            .difficult = difficult != NULL && difficult[row] != 0,
            .crowd = crowd != NULL && crowd[row] != 0,
        };
        box_read(boxes + 4 * row, truth.corners);
        truth.area = box_area(truth.corners);
        detections_add_truth(&metric->detections, &truth);
    }
}

static void detections_take(struct detection_metric *metric, const struct tensor *found, int item)
{
    int64_t rows = found->shape.size[1];
    const float *row = (const float *)found->data + item * rows * 6;
    for (int64_t i = 0; i < rows; i++, row += 6) {
        if (row[5] < 1)
            continue;
        struct detection detection = {
            .image = metric->images + item,
            .class_index = (int)row[5] - 1,
            .score = row[4],
        };
        box_read(row, detection.corners);
        detections_add(&metric->detections, &detection);
    }
}

static void detection_metric_update(struct metric *base, const struct batch *batch, const struct step_outputs *outputs)
{
    struct detection_metric *metric = (struct detection_metric *)base;
    const struct tensor *found = step_outputs_find(outputs, "detections");
    assert(found != NULL && found->shape.rank == 3 && found->shape.size[2] == 6 && found->dtype == DTYPE_F32);
    if (batch->boxes.data == NULL)
        return;
    for (int item = 0; item < batch->size; item++) {
        truths_take(metric, batch, item);
        detections_take(metric, found, item);
    }
    metric->images += batch->size;
}

static void detection_metric_compute(struct metric *base, const char *prefix, struct scalars *scalars)
{
    struct detection_metric *metric = (struct detection_metric *)base;
    double numbers[COCO_NUMBERS];
    double(*per_class)[COCO_NUMBERS] = memory_allocate((size_t)metric->class_count, sizeof *per_class);
    coco_average_precision(&metric->detections, metric->class_count, DIFFICULT_CROWD, numbers, per_class);
    scalars_set(scalars, numbers[COCO_AP], "%smap", prefix);
    scalars_set(scalars, numbers[COCO_AP_50], "%smap_50", prefix);
    scalars_set(scalars, numbers[COCO_AP_75], "%smap_75", prefix);
    for (int i = 0; metric->class_names != NULL && i < metric->class_count; i++)
        scalars_set(scalars, per_class[i][COCO_AP_50], "%smap_50_%s", prefix, metric->class_names[i]);
    memory_free(per_class);
}

static void detection_metric_reset(struct metric *base)
{
    struct detection_metric *metric = (struct detection_metric *)base;
    detections_clear(&metric->detections);
    metric->images = 0;
}

static void detection_metric_destroy(struct metric *base)
{
    struct detection_metric *metric = (struct detection_metric *)base;
    detections_finish(&metric->detections);
    memory_free(metric);
}

static const struct metric_interface detection_metric_interface = {
    .update = detection_metric_update,
    .compute = detection_metric_compute,
    .reset = detection_metric_reset,
    .destroy = detection_metric_destroy,
};

struct metric *detection_metric_create(int class_count, const char *const *class_names)
{
    struct detection_metric *metric = memory_allocate(1, sizeof *metric);
    metric->base.interface = &detection_metric_interface;
    metric->class_count = class_count;
    metric->class_names = class_names;
    return &metric->base;
}
