/*
 * cuda.cu: SSD's loss and its gradient on a GPU: nothing of it comes to the host.
 *
 * Each box finds its best anchor (a block each), each anchor its role, each anchor its losses (a row each); then a block per
 * image chooses the negatives and adds the image up; at last one block adds the images. All in
 * an order of its own, so that the same batch gives the same bits.
 */
#include "engine/backends/cuda/rows.h"
#include "engine/backends/cuda/top_k.h"
#include "engine/ops/boxes.h"
#include "engine/ops/ssd_loss/ssd_loss.h"

/* What an image adds to the sums of its batch. */
struct image_sums {
    double regression, classification, foreground;
};

struct ssd_arguments {
    /** [anchors]. */
    const struct box *defaults;
    const void *regression;
    const void *logits;
    const struct box *boxes;
    const int32_t *labels;
    const int32_t *counts;
    int32_t *roles;
    enum dtype dtype, logits_dtype;
    /** Boxes of an image: at most. */
    int64_t images, anchors, boxes_most;
    int classes;
    float iou_threshold;
    double negatives_per_positive;
    /** Scratch: [images]; three of each anchor: its losses, and how hard it is as background; the best anchor of each box. */
    struct image_sums *sums;
    float *losses;
    float *regression_losses;
    uint32_t *keys;
    int32_t *best;
    /** Results. */
    void *regression_loss;
    void *classification_loss;
    enum dtype loss_dtype;
};

BODY int64_t box_count(const struct ssd_arguments *a, int64_t image)
{
    int64_t count = a->counts[image];
    return count < 0 ? 0 : count > a->boxes_most ? a->boxes_most : count;
}

/* The class of an anchor (of the batch) in its role; 0 when it has none that exists. */
BODY int32_t class_of(const struct ssd_arguments *a, int64_t anchor, int32_t role)
{
    int32_t label = role >= 0 ? a->labels[anchor / a->anchors * a->boxes_most + role] : 0;
    return label > 0 && label < a->classes ? label : 0;
}

struct best_shared {
    float ious[BLOCK_THREADS];
    int32_t anchors[BLOCK_THREADS];
};

BODY void best_find(const struct ssd_arguments *a, int64_t box, int thread, struct best_shared *shared)
{
    float best = -1;
    int32_t taken = 0;
    for (int64_t i = thread; i < a->anchors; i += BLOCK_THREADS) {
        float iou = box_iou(&a->boxes[box], &a->defaults[i]);
        if (iou > best) {
            best = iou;
            taken = (int32_t)i;
        }
    }
    shared->ious[thread] = best;
    shared->anchors[thread] = taken;
}

/* The best anchor of each box: of those that are as good, the first. */
BODY void best_body(struct block_place place, int phase, struct best_shared *shared, const struct ssd_arguments *a)
{
    if (place.block % a->boxes_most >= box_count(a, place.block / a->boxes_most))
        return;
    if (phase == 0)
        best_find(a, place.block, place.thread, shared);
    if (phase == 0 || place.thread > 0)
        return;
    int best = 0;
    for (int i = 1; i < BLOCK_THREADS; i++) {
        bool equal = shared->ious[i] == shared->ious[best] && shared->anchors[i] < shared->anchors[best];
        best = shared->ious[i] > shared->ious[best] || equal ? i : best;
    }
    a->best[place.block] = shared->anchors[best];
}
LAUNCHER_OF_BLOCKS(best, struct ssd_arguments, 2)

/* As SSDMatcher: an anchor takes its best box if it is good enough; but the last box whose best anchor it is before all. */
BODY int32_t role_of(const struct ssd_arguments *a, int64_t image, int64_t anchor)
{
    int64_t first = image * a->boxes_most, count = box_count(a, image);
    float best = -1;
    int32_t role = SSD_IGNORED, forced = SSD_IGNORED;
    for (int64_t b = 0; b < count; b++) {
        float iou = box_iou(&a->boxes[first + b], &a->defaults[anchor]);
        if (iou > best) {
            best = iou;
            role = (int32_t)b;
        }
        if (a->best[first + b] == anchor)
            forced = (int32_t)b;
    }
    if (forced >= 0)
        return forced;
    return best < a->iou_threshold ? (int32_t)SSD_IGNORED : role;
}

BODY void roles_body(struct place place, const struct ssd_arguments *a)
{
    for (int64_t i = place.index; i < a->images * a->anchors; i += place.count)
        a->roles[i] = role_of(a, i / a->anchors, i % a->anchors);
}
LAUNCHER(roles, struct ssd_arguments)

/* How far each of the four numbers of an anchor that has a box is from what it should be. */
BODY void regression_differences(const struct ssd_arguments *a, int64_t anchor, float differences[4])
{
    int64_t box = anchor / a->anchors * a->boxes_most + a->roles[anchor];
    float wanted[4];
    box_encode(&a->boxes[box], &a->defaults[anchor % a->anchors], wanted);
    for (int i = 0; i < 4; i++)
        differences[i] = float_get(a->regression, a->dtype, 4 * anchor + i) - wanted[i];
}

/* Sum of smooth L1. */
BODY float regression_loss(const struct ssd_arguments *a, int64_t anchor)
{
    float differences[4], sum = 0;
    regression_differences(a, anchor, differences);
    for (int i = 0; i < 4; i++) {
        float distance = fabsf(differences[i]);
        sum += distance < 1 ? 0.5F * distance * distance : distance - 0.5F;
    }
    return sum;
}

struct losses_shared {
    struct row_exponentials exponentials;
};

/* A row is the logits of an anchor. */
BODY void losses_body(struct block_place place, int phase, struct losses_shared *shared, const struct ssd_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->images * a->anchors)
        return;
    int64_t first = row.number * a->classes;
    row_exponentials_find(row, phase, &shared->exponentials, a->logits, a->logits_dtype, first, a->classes);
    if (phase < 2 || row.lane > 0)
        return;
    int32_t role = a->roles[row.number], label = class_of(a, row.number, role);
    float loss =
        (float)(row_log_sum(row, &shared->exponentials) - float_get(a->logits, a->logits_dtype, first + label));
    a->losses[row.number] = loss;
    a->keys[row.number] = label > 0 ? 0 : top_k_key(loss);
    a->regression_losses[row.number] = role >= 0 ? regression_loss(a, row.number) : 0;
}
LAUNCHER_OF_BLOCKS(losses, struct ssd_arguments, 3)

/* What the phases of `mine` do. */
enum mine_phase {
    MINE_SUMS,
    MINE_BEGIN,
    MINE_FIND,
    MINE_TAKE = MINE_FIND + TOP_K_PHASES,
    MINE_TOTAL,
    MINE_PHASES,
};

struct mine_shared {
    double regression[BLOCK_THREADS], classification[BLOCK_THREADS], foreground[BLOCK_THREADS];
    double positives[BLOCK_THREADS];
    struct top_k_shared top_k;
};

BODY void mine_sums(const struct ssd_arguments *a, int64_t image, int thread, struct mine_shared *shared)
{
    double regression = 0, classification = 0, foreground = 0, positives = 0;
    for (int64_t i = image * a->anchors + thread; i < (image + 1) * a->anchors; i += BLOCK_THREADS) {
        bool is_positive = class_of(a, i, a->roles[i]) > 0;
        regression += a->regression_losses[i];
        classification += is_positive ? a->losses[i] : 0;
        foreground += a->roles[i] >= 0 ? 1 : 0;
        positives += is_positive ? 1 : 0;
    }
    shared->regression[thread] = regression;
    shared->classification[thread] = classification;
    shared->foreground[thread] = foreground;
    shared->positives[thread] = positives;
}

BODY void mine_begin(const struct ssd_arguments *a, struct mine_shared *shared)
{
    double positives = parts_sum(shared->positives, BLOCK_THREADS), negatives = (double)a->anchors - positives;
    double wanted = ceil(a->negatives_per_positive * positives);
    top_k_begin(&shared->top_k, (int64_t)(wanted < negatives ? wanted : negatives));
}

/* Makes the hardest background anchors negatives. */
BODY void mine_take(const struct ssd_arguments *a, int64_t image, int thread, struct mine_shared *shared)
{
    int64_t first = image * a->anchors;
    struct top_k_walk walk = top_k_walk_begin(&shared->top_k, thread, a->anchors);
    for (; walk.at < walk.end; walk.at++) {
        int64_t i = first + walk.at;
        if (!top_k_take(&shared->top_k, &walk, a->keys + first))
            continue;
        shared->classification[thread] += a->losses[i];
        a->roles[i] = a->roles[i] >= 0 ? a->roles[i] : (int32_t)SSD_NEGATIVE;
    }
}

BODY void mine_total(const struct ssd_arguments *a, int64_t image, const struct mine_shared *shared)
{
    a->sums[image].regression = parts_sum(shared->regression, BLOCK_THREADS);
    a->sums[image].classification = parts_sum(shared->classification, BLOCK_THREADS);
    a->sums[image].foreground = parts_sum(shared->foreground, BLOCK_THREADS);
}

/* A block is an image. */
BODY void mine_body(struct block_place place, int phase, struct mine_shared *shared, const struct ssd_arguments *a)
{
    if (phase == MINE_SUMS)
        mine_sums(a, place.block, place.thread, shared);
    else if (phase == MINE_BEGIN && place.thread == 0)
        mine_begin(a, shared);
    else if (phase >= MINE_FIND && phase < MINE_TAKE)
        top_k_find(&shared->top_k, phase - MINE_FIND, place.thread, a->keys + place.block * a->anchors, a->anchors);
    else if (phase == MINE_TAKE)
        mine_take(a, place.block, place.thread, shared);
    else if (phase == MINE_TOTAL && place.thread == 0)
        mine_total(a, place.block, shared);
}
LAUNCHER_OF_BLOCKS(mine, struct ssd_arguments, MINE_PHASES)

struct batch_shared {
    struct image_sums sums[BLOCK_THREADS];
};

BODY void sums_add(struct image_sums *to, const struct image_sums *from)
{
    to->regression += from->regression;
    to->classification += from->classification;
    to->foreground += from->foreground;
}

/* One block. */
BODY void batch_body(struct block_place place, int phase, struct batch_shared *shared, const struct ssd_arguments *a)
{
    struct image_sums sums = {0, 0, 0};
    if (phase == 0) {
        for (int64_t i = place.thread; i < a->images; i += BLOCK_THREADS)
            sums_add(&sums, &a->sums[i]);
        shared->sums[place.thread] = sums;
    } else if (place.thread == 0) {
        for (int i = 0; i < BLOCK_THREADS; i++)
            sums_add(&sums, &shared->sums[i]);
        double divisor = sums.foreground > 1 ? sums.foreground : 1;
        float_set(a->regression_loss, a->loss_dtype, 0, (float)(sums.regression / divisor));
        float_set(a->classification_loss, a->loss_dtype, 0, (float)(sums.classification / divisor));
    }
}
LAUNCHER_OF_BLOCKS(batch, struct ssd_arguments, 2)

/* What both directions have; `first` is the number of the input `regression`, `boxes` that of the boxes. */
static struct ssd_arguments arguments_of(const struct kernel_instance *instance, const struct kernel_run *run,
                                         int first, int boxes)
{
    const struct node *node = instance->node;
    const struct ssd_attributes *attributes = (const struct ssd_attributes *)node->attributes;
    struct ssd_arguments a;
    memset(&a, 0, sizeof a);
    a.defaults = (const struct box *)instance->state;
    a.regression = run->inputs[first];
    a.logits = run->inputs[first + 1];
    a.boxes = (const struct box *)run->inputs[boxes];
    a.labels = (const int32_t *)run->inputs[boxes + 1];
    a.dtype = node->inputs[first]->dtype;
    a.logits_dtype = node->inputs[first + 1]->dtype;
    a.images = node->inputs[boxes]->shape.size[0];
    a.boxes_most = node->inputs[boxes]->shape.size[1];
    a.anchors = attributes->anchors;
    a.classes = attributes->classes;
    a.iou_threshold = (float)attributes->iou_threshold;
    a.negatives_per_positive = attributes->negatives_per_positive;
    return a;
}

static void ssd_loss_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct ssd_arguments a = arguments_of(instance, run, 0, 2);
    int64_t anchors = a.images * a.anchors;
    a.counts = (const int32_t *)run->inputs[4];
    a.roles = (int32_t *)run->outputs[2];
    a.regression_loss = run->outputs[0];
    a.classification_loss = run->outputs[1];
    a.loss_dtype = instance->node->outputs[0]->dtype;
    a.sums = (struct image_sums *)run->scratch;
    a.losses = (float *)(a.sums + a.images);
    a.regression_losses = a.losses + anchors;
    a.keys = (uint32_t *)(a.regression_losses + anchors);
    a.best = (int32_t *)(a.keys + anchors);
    best_launch(instance->device, a.images * a.boxes_most, &a);
    roles_launch(instance->device, anchors, &a);
    losses_launch(instance->device, row_blocks(anchors), &a);
    mine_launch(instance->device, a.images, &a);
    batch_launch(instance->device, 1, &a);
}

static bool boxes_create(struct kernel_instance *instance, struct error *error)
{
    const struct ssd_attributes *attributes = (const struct ssd_attributes *)instance->node->attributes;
    return boxes_to_device(attributes, instance->device, &instance->state, error);
}

static void boxes_destroy(struct kernel_instance *instance)
{
    device_release(instance->device, instance->state);
}

static bool ssd_loss_create(struct kernel_instance *instance, struct error *error)
{
    const int64_t *boxes = instance->node->inputs[2]->shape.size, *logits = instance->node->inputs[1]->shape.size;
    size_t per_image = sizeof(struct image_sums) + (size_t)logits[1] * (2 * sizeof(float) + sizeof(uint32_t));
    instance->scratch_bytes = (size_t)boxes[0] * (per_image + (size_t)boxes[1] * sizeof(int32_t));
    return boxes_create(instance, error);
}

struct gradient_arguments {
    struct ssd_arguments of;
    /** Of the two losses; NULL where none flows. */
    const void *gradients[2];
    enum dtype gradient_dtypes[2];
    void *regression;
    void *logits;
    enum dtype regression_dtype, logits_dtype;
    /** Scratch: how many anchors of each image have a box, and the gradients over that of the batch. */
    double *matched;
    float *shares;
};

struct matched_shared {
    double counts[BLOCK_THREADS];
};

/* A block is an image. */
BODY void matched_body(struct block_place place, int phase, struct matched_shared *shared,
                       const struct gradient_arguments *a)
{
    double count = 0;
    if (phase == 0) {
        for (int64_t i = place.thread; i < a->of.anchors; i += BLOCK_THREADS)
            count += a->of.roles[place.block * a->of.anchors + i] >= 0 ? 1 : 0;
        shared->counts[place.thread] = count;
    } else if (place.thread == 0) {
        a->matched[place.block] = parts_sum(shared->counts, BLOCK_THREADS);
    }
}
LAUNCHER_OF_BLOCKS(matched, struct gradient_arguments, 2)

struct shares_shared {
    double counts[BLOCK_THREADS];
};

/* One block. */
BODY void shares_body(struct block_place place, int phase, struct shares_shared *shared,
                      const struct gradient_arguments *a)
{
    double count = 0;
    if (phase == 0) {
        for (int64_t i = place.thread; i < a->of.images; i += BLOCK_THREADS)
            count += a->matched[i];
        shared->counts[place.thread] = count;
    } else if (place.thread < 2) {
        const void *gradient = a->gradients[place.thread];
        float whole = gradient != NULL ? float_get(gradient, a->gradient_dtypes[place.thread], 0) : 0;
        count = parts_sum(shared->counts, BLOCK_THREADS);
        a->shares[place.thread] = (float)(whole / (count > 1 ? count : 1));
    }
}
LAUNCHER_OF_BLOCKS(shares, struct gradient_arguments, 2)

BODY void write_regression(const struct gradient_arguments *a, int64_t anchor, bool has_box)
{
    float differences[4] = {0, 0, 0, 0};
    if (has_box)
        regression_differences(&a->of, anchor, differences);
    for (int i = 0; i < 4; i++) {
        float slope = differences[i] <= -1 ? -1 : differences[i] >= 1 ? 1 : differences[i];
        float_set(a->regression, a->regression_dtype, 4 * anchor + i, has_box ? a->shares[0] * slope : 0);
    }
}

BODY void write_logits(const struct gradient_arguments *a, struct row_place row, int32_t role,
                       const struct row_exponentials *exponentials)
{
    int64_t first = row.number * a->of.classes;
    bool counts = role != SSD_IGNORED;
    float largest = counts ? row_largest(row, exponentials) : 0;
    float factor = counts ? (float)(1 / row_sum(row, exponentials->sums)) : 0;
    int32_t label = class_of(&a->of, row.number, role);
    for (int c = row.lane; c < a->of.classes; c += ROW_THREADS) {
        float probability =
            counts ? expf(float_get(a->of.logits, a->of.logits_dtype, first + c) - largest) * factor : 0;
        float slope = probability - (c == label ? 1.0F : 0.0F);
        float_set(a->logits, a->logits_dtype, first + c, counts ? a->shares[1] * slope : 0);
    }
}

struct slopes_shared {
    struct row_exponentials exponentials;
};

/* A row is the logits of an anchor. */
BODY void slopes_body(struct block_place place, int phase, struct slopes_shared *shared,
                      const struct gradient_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->of.images * a->of.anchors)
        return;
    int32_t role = a->of.roles[row.number];
    if (role != SSD_IGNORED)
        row_exponentials_find(row, phase, &shared->exponentials, a->of.logits, a->of.logits_dtype,
                              row.number * a->of.classes, a->of.classes);
    if (phase < 2)
        return;
    write_logits(a, row, role, &shared->exponentials);
    if (row.lane == 0)
        write_regression(a, row.number, role >= 0);
}
LAUNCHER_OF_BLOCKS(slopes, struct gradient_arguments, 3)

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct gradient_arguments a;
    a.of = arguments_of(instance, run, 2, 4);
    a.of.roles = (int32_t *)run->inputs[6];
    for (int i = 0; i < 2; i++) {
        a.gradients[i] = run->inputs[i];
        a.gradient_dtypes[i] = node->inputs[i] != NULL ? node->inputs[i]->dtype : DTYPE_F32;
    }
    a.regression = run->outputs[0];
    a.logits = run->outputs[1];
    a.regression_dtype = node->outputs[0]->dtype;
    a.logits_dtype = node->outputs[1]->dtype;
    a.matched = (double *)run->scratch;
    a.shares = (float *)(a.matched + a.of.images);
    matched_launch(instance->device, a.of.images, &a);
    shares_launch(instance->device, 1, &a);
    slopes_launch(instance->device, row_blocks(a.of.images * a.of.anchors), &a);
}

static bool backward_create(struct kernel_instance *instance, struct error *error)
{
    instance->scratch_bytes = sizeof(double) * (size_t)instance->node->inputs[4]->shape.size[0] + 2 * sizeof(float);
    return boxes_create(instance, error);
}

/* Anchors are numbered in 32 bits. */
static bool ssd_loss_supports(const struct node *node)
{
    return ((const struct ssd_attributes *)node->attributes)->anchors <= INT32_MAX && node_is_plain(node);
}

const struct kernel ssd_loss_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = ssd_loss_supports,
    .create = ssd_loss_create,
    .run = ssd_loss_run,
    .destroy = boxes_destroy,
};
const struct kernel ssd_loss_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = ssd_loss_supports,
    .create = backward_create,
    .run = backward_run,
    .destroy = boxes_destroy,
};
