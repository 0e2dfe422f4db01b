/*
 * reference.c: what an SSD found, one image at a time, images in parallel.
 *
 * Orders are total, so that the result is the same on every machine: better score first, then the lower class, then the
 * lower anchor. Each image has its part of the scratch memory.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/ops/boxes.h"
#include "engine/ops/log_sum_exp.h"
#include "engine/ops/ssd_detections/ssd_detections.h"
#include "engine/ops/top_k.h"
#include "engine/ops/value_view.h"

/* One box that may be a detection. */
struct candidate {
    float score;
    int32_t label;
    int32_t anchor;
};

/* One image's part of the arrays. */
struct image {
    const struct ssd_attributes *attributes;
    const struct box *anchors;
    const float *regression;
    struct numbers logits;
    /** Results: [detections_per_image][6]. */
    float *rows;
    /** Scratch: decoded boxes and logarithms of the sums of exponentials, [anchors]. */
    struct box *boxes;
    double *log_sums;
    /** Scratch: one class's scores [anchors], and the candidates of all classes. */
    float *scores;
    struct candidate *candidates;
};

static int64_t candidates_per_class(const struct ssd_attributes *attributes)
{
    return attributes->candidates_per_class < attributes->anchors ? attributes->candidates_per_class
                                                                  : attributes->anchors;
}

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    return (a->anchor > b->anchor) - (a->anchor < b->anchor);
}

/* Scores of one class, 0 where they are not above the threshold; returns how many are. */
static int64_t score_class(const struct image *image, int32_t label)
{
    int64_t classes = image->attributes->classes, above = 0;
    for (int64_t i = 0; i < image->attributes->anchors; i++) {
        float score = (float)exp(numbers_get(image->logits, i * classes + label) - image->log_sums[i]);
        bool is_above = score > (float)image->attributes->score_threshold;
        image->scores[i] = is_above ? score : 0;
        above += is_above;
    }
    return above;
}

/* The best of one class, best first; returns how many. */
static int64_t collect_class(const struct image *image, int32_t label, struct candidate *candidates)
{
    int64_t above = score_class(image, label), most = candidates_per_class(image->attributes), count = 0;
    if (above == 0)
        return 0;
    struct top_k cut = top_k_cut(image->scores, image->attributes->anchors, above < most ? above : most);
    for (int64_t i = 0; i < image->attributes->anchors; i++)
        if (image->scores[i] > 0 && top_k_take(&cut, image->scores[i]))
            candidates[count++] = (struct candidate){.score = image->scores[i], .label = label, .anchor = (int32_t)i};
    qsort(candidates, (size_t)count, sizeof *candidates, compare_candidates);
    return count;
}

/* Drops each candidate that overlaps a better one that stays; returns how many stay, moved to the front. */
static int64_t suppress_overlaps(const struct image *image, struct candidate *candidates, int64_t count)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        const struct box *box = &image->boxes[candidates[i].anchor];
        bool overlaps = false;
        for (int64_t k = 0; k < kept && !overlaps; k++)
            overlaps = box_iou(&image->boxes[candidates[k].anchor], box) > (float)image->attributes->nms_threshold;
        if (!overlaps)
            candidates[kept++] = candidates[i];
    }
    return kept;
}

static void write_rows(const struct image *image, int64_t count)
{
    int64_t rows = image->attributes->detections_per_image;
    memset(image->rows, 0, sizeof *image->rows * (size_t)rows * 6);
    for (int64_t i = 0; i < rows && i < count; i++) {
        const struct candidate *candidate = &image->candidates[i];
        memcpy(image->rows + 6 * i, &image->boxes[candidate->anchor], sizeof *image->boxes);
        image->rows[6 * i + 4] = candidate->score;
        image->rows[6 * i + 5] = (float)candidate->label;
    }
}

static void detect(const struct image *image)
{
    const struct ssd_attributes *attributes = image->attributes;
    int64_t count = 0;
    for (int64_t i = 0; i < attributes->anchors; i++) {
        image->log_sums[i] = log_sum_exp(numbers_from(image->logits, i * attributes->classes), attributes->classes);
        image->boxes[i] = box_decode(image->regression + 4 * i, &image->anchors[i], (float)attributes->width,
                                     (float)attributes->height);
    }
    for (int32_t label = 1; label < attributes->classes; label++) {
        struct candidate *first = image->candidates + count;
        count += suppress_overlaps(image, first, collect_class(image, label, first));
    }
    qsort(image->candidates, (size_t)count, sizeof *image->candidates, compare_candidates);
    write_rows(image, count);
}

/* Bytes of one image's scratch: log_sums, boxes, scores, candidates, in this order, each aligned by the one before. */
static size_t image_scratch(const struct ssd_attributes *attributes)
{
    size_t anchors = (size_t)attributes->anchors;
    size_t candidates = (size_t)attributes->classes * (size_t)candidates_per_class(attributes);
    size_t bytes =
        anchors * (sizeof(double) + sizeof(struct box) + sizeof(float)) + candidates * sizeof(struct candidate);
    return (bytes + 63) / 64 * 64;
}

static bool ssd_detections_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const struct ssd_attributes *attributes = instance->node->attributes;
    instance->scratch_bytes = (size_t)instance->node->inputs[0]->shape.size[0] * image_scratch(attributes);
    instance->state = boxes_from_defaults(attributes);
    return true;
}

static void ssd_detections_destroy(struct kernel_instance *instance)
{
    memory_free(instance->state);
}

static void ssd_detections_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct ssd_attributes *attributes = instance->node->attributes;
    int64_t anchors = attributes->anchors;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < instance->node->inputs[0]->shape.size[0]; i++) {
        double *log_sums = (double *)((char *)run->scratch + (size_t)i * image_scratch(attributes));
        struct box *boxes = (struct box *)(log_sums + anchors);
        float *scores = (float *)(boxes + anchors);
        detect(&(struct image){
            .attributes = attributes,
            .anchors = instance->state,
            .regression = (const float *)run->inputs[0] + i * anchors * 4,
            .logits = numbers_from(input_numbers(instance, run, 1), i * anchors * attributes->classes),
            .rows = (float *)run->outputs[0] + i * attributes->detections_per_image * 6,
            .boxes = boxes,
            .log_sums = log_sums,
            .scores = scores,
            .candidates = (struct candidate *)(scores + anchors),
        });
    }
}

const struct kernel ssd_detections_reference = {
    .name = "reference",
    .supports = node_is_plain,
    .create = ssd_detections_create,
    .run = ssd_detections_run,
    .destroy = ssd_detections_destroy,
};
