/*
 * reference.c: SSD's loss and its gradient, one image at a time, images in parallel.
 *
 * Each image has its part of the scratch memory, so that the result does not depend on the number of threads.
 */
#include <math.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/ops/boxes.h"
#include "engine/ops/log_sum_exp.h"
#include "engine/ops/ssd_loss/ssd_loss.h"
#include "engine/ops/top_k.h"
#include "engine/ops/value_view.h"

/* One image's part of the arrays. */
struct image {
    const struct ssd_attributes *attributes;
    const struct box *anchors;
    struct numbers regression;
    struct numbers logits;
    const struct box *boxes;
    const int32_t *labels;
    int32_t *roles;
    int64_t count;
    /** Cross entropy of each anchor if it were background; 0 where it is not. */
    float *losses;
};

/* What an image adds to the sums of its batch. */
struct image_sums {
    double regression;
    double classification;
    int64_t foreground;
};

/* The class of a box; 0 when it has none that exists. */
static int32_t class_of(const struct image *image, int32_t role)
{
    int32_t label = role >= 0 ? image->labels[role] : 0;
    return label > 0 && label < image->attributes->classes ? label : 0;
}

/* As SSDMatcher: each anchor takes its best box if it is good enough; then each box takes its best anchor. */
static void match_anchors(const struct image *image)
{
    for (int64_t i = 0; i < image->attributes->anchors; i++) {
        float best = -1;
        image->roles[i] = SSD_IGNORED;
        for (int64_t b = 0; b < image->count; b++) {
            float iou = box_iou(&image->boxes[b], &image->anchors[i]);
            if (iou > best) {
                best = iou;
                image->roles[i] = (int32_t)b;
            }
        }
        if (best < (float)image->attributes->iou_threshold)
            image->roles[i] = SSD_IGNORED;
    }
    for (int64_t b = 0; b < image->count; b++) {
        float best = -1;
        int64_t taken = 0;
        for (int64_t i = 0; i < image->attributes->anchors; i++) {
            float iou = box_iou(&image->boxes[b], &image->anchors[i]);
            if (iou > best) {
                best = iou;
                taken = i;
            }
        }
        image->roles[taken] = (int32_t)b;
    }
}

/* Sum of smooth L1 over the four numbers of a matched anchor. */
static double regression_loss(const struct image *image, int64_t anchor)
{
    float wanted[4];
    double sum = 0;
    box_encode(&image->boxes[image->roles[anchor]], &image->anchors[anchor], wanted);
    for (int i = 0; i < 4; i++) {
        double difference = fabs(numbers_get(image->regression, 4 * anchor + i) - wanted[i]);
        sum += difference < 1 ? 0.5 * difference * difference : difference - 0.5;
    }
    return sum;
}

/* Makes the hardest background anchors negatives, and adds their loss. */
static double mine_negatives(const struct image *image, int64_t positives)
{
    int64_t anchors = image->attributes->anchors, negatives = anchors - positives;
    double wanted = ceil(image->attributes->negatives_per_positive * (double)positives);
    if (wanted < (double)negatives)
        negatives = (int64_t)wanted;
    if (negatives < 1)
        return 0;
    struct top_k cut = top_k_cut(image->losses, anchors, negatives);
    double sum = 0;
    for (int64_t i = 0; i < anchors; i++)
        if (class_of(image, image->roles[i]) == 0 && top_k_take(&cut, image->losses[i])) {
            sum += image->losses[i];
            image->roles[i] = image->roles[i] >= 0 ? image->roles[i] : SSD_NEGATIVE;
        }
    return sum;
}

static struct image_sums image_loss(const struct image *image)
{
    struct image_sums sums = {0, 0, 0};
    int64_t classes = image->attributes->classes, positives = 0;
    match_anchors(image);
    for (int64_t i = 0; i < image->attributes->anchors; i++) {
        struct numbers logits = numbers_from(image->logits, i * classes);
        int32_t class = class_of(image, image->roles[i]);
        double loss = log_sum_exp(logits, classes) - numbers_get(logits, class);
        image->losses[i] = class > 0 ? 0 : (float)loss;
        sums.classification += class > 0 ? loss : 0;
        positives += class > 0;
        if (image->roles[i] >= 0) {
            sums.regression += regression_loss(image, i);
            sums.foreground++;
        }
    }
    sums.classification += mine_negatives(image, positives);
    return sums;
}

/* What `create` makes: the default boxes as corners. */
static bool boxes_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    instance->state = boxes_from_defaults(instance->node->attributes);
    return true;
}

static bool ssd_loss_create(struct kernel_instance *instance, struct error *error)
{
    const int64_t *size = instance->node->inputs[1]->shape.size;
    instance->scratch_bytes = (size_t)size[0] * (sizeof(struct image_sums) + (size_t)size[1] * sizeof(float));
    return boxes_create(instance, error);
}

static void boxes_destroy(struct kernel_instance *instance)
{
    memory_free(instance->state);
}

static int64_t clamp_count(int64_t count, int64_t most)
{
    return count < 0 ? 0 : count > most ? most : count;
}

static void ssd_loss_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct ssd_attributes *attributes = instance->node->attributes;
    int64_t n = instance->node->inputs[2]->shape.size[0], most = instance->node->inputs[2]->shape.size[1];
    struct image_sums *sums = run->scratch, total = {0, 0, 0};
    float *losses = (float *)(sums + n);
    const int32_t *counts = run->inputs[4];
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++)
        sums[i] = image_loss(&(struct image){
            .attributes = attributes,
            .anchors = instance->state,
            .regression = numbers_from(input_numbers(instance, run, 0), i * attributes->anchors * 4),
            .logits = numbers_from(input_numbers(instance, run, 1), i * attributes->anchors * attributes->classes),
            .boxes = (const struct box *)run->inputs[2] + i * most,
            .labels = (const int32_t *)run->inputs[3] + i * most,
            .roles = (int32_t *)run->outputs[2] + i * attributes->anchors,
            .count = clamp_count(counts[i], most),
            .losses = losses + i * attributes->anchors,
        });
    for (int64_t i = 0; i < n; i++) {
        total.regression += sums[i].regression;
        total.classification += sums[i].classification;
        total.foreground += sums[i].foreground;
    }
    double divisor = total.foreground > 1 ? (double)total.foreground : 1;
    numbers_set(output_numbers(instance, run, 0), 0, total.regression / divisor);
    numbers_set(output_numbers(instance, run, 1), 0, total.classification / divisor);
}

static void regression_gradient(const struct image *image, int64_t anchor, double share, struct numbers result)
{
    float wanted[4];
    box_encode(&image->boxes[image->roles[anchor]], &image->anchors[anchor], wanted);
    for (int i = 0; i < 4; i++) {
        double difference = numbers_get(image->regression, 4 * anchor + i) - wanted[i];
        double slope = difference <= -1 ? -1 : difference >= 1 ? 1 : difference;
        numbers_set(result, 4 * anchor + i, share * slope);
    }
}

static void logits_gradient(const struct image *image, int64_t anchor, double share, struct numbers result)
{
    int64_t classes = image->attributes->classes;
    struct numbers logits = numbers_from(image->logits, anchor * classes);
    int32_t class = class_of(image, image->roles[anchor]);
    double log_sum = log_sum_exp(logits, classes);
    for (int64_t c = 0; c < classes; c++)
        numbers_set(result, anchor * classes + c, share * (exp(numbers_get(logits, c) - log_sum) - (c == class)));
}

/* `shares` are the gradients of the two losses over the number of matched anchors. */
static void image_gradient(const struct image *image, const double shares[2], struct numbers regression,
                           struct numbers logits)
{
    int64_t anchors = image->attributes->anchors;
    memset(regression.data, 0, dtype_size(regression.dtype) * (size_t)anchors * 4);
    memset(logits.data, 0, dtype_size(logits.dtype) * (size_t)(anchors * image->attributes->classes));
    for (int64_t i = 0; i < anchors; i++) {
        if (image->roles[i] >= 0)
            regression_gradient(image, i, shares[0], regression);
        if (image->roles[i] != SSD_IGNORED)
            logits_gradient(image, i, shares[1], logits);
    }
}

static int64_t count_matched(const int32_t *roles, int64_t count)
{
    int64_t matched = 0;
    for (int64_t i = 0; i < count; i++)
        matched += roles[i] >= 0;
    return matched;
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct ssd_attributes *attributes = instance->node->attributes;
    int64_t n = instance->node->inputs[4]->shape.size[0], most = instance->node->inputs[4]->shape.size[1];
    int64_t regressions = attributes->anchors * 4, logits = attributes->anchors * attributes->classes;
    int64_t matched = count_matched(run->inputs[6], n * attributes->anchors);
    double shares[2];
    for (int i = 0; i < 2; i++) {
        struct numbers gradient = input_numbers(instance, run, i);
        shares[i] = gradient.data != NULL ? numbers_get(gradient, 0) / (double)(matched > 1 ? matched : 1) : 0;
    }
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++)
        image_gradient(
            &(struct image){
                .attributes = attributes,
                .anchors = instance->state,
                .regression = numbers_from(input_numbers(instance, run, 2), i * regressions),
                .logits = numbers_from(input_numbers(instance, run, 3), i * logits),
                .boxes = (const struct box *)run->inputs[4] + i * most,
                .labels = (const int32_t *)run->inputs[5] + i * most,
                .roles = (int32_t *)run->inputs[6] + i * attributes->anchors,
            },
            shares, numbers_from(output_numbers(instance, run, 0), i * regressions),
            numbers_from(output_numbers(instance, run, 1), i * logits));
}

const struct kernel ssd_loss_reference = {
    .name = "reference",
    .floats = FLOATS_ALL,
    .supports = node_is_plain,
    .create = ssd_loss_create,
    .run = ssd_loss_run,
    .destroy = boxes_destroy,
};

const struct kernel ssd_loss_backward_reference = {
    .name = "reference",
    .floats = FLOATS_ALL,
    .supports = node_is_plain,
    .create = boxes_create,
    .run = backward_run,
    .destroy = boxes_destroy,
};
