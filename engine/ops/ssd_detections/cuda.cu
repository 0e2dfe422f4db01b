/*
 * cuda.cu: what an SSD found, on a GPU, in the total order of the reference: better score first, then the lower class, then the
 * lower anchor.
 *
 * Each anchor gets its box and its scores (a row each); then a block per image and class takes the best, orders them by counting
 * for each how many are before it, finds all pairs that overlap, and drops one by one; then a block per image counts in the same
 * way what is before each that stayed, which is the row that it is written to.
 */
#include "engine/backends/cuda/rows.h"
#include "engine/backends/cuda/top_k.h"
#include "engine/ops/boxes.h"
#include "engine/ops/ssd_detections/ssd_detections.h"

/* One box that may be a detection. */
struct candidate {
    float score;
    int32_t label;
    int32_t anchor;
};

struct detection_arguments {
    /** [anchors]. */
    const struct box *defaults;
    const float *regression;
    const float *logits;
    /** [images][rows][6]. */
    float *detections;
    int64_t images, anchors, rows;
    /** Candidates of a class: at most; and the words that have a bit for each. */
    int64_t most, words;
    int classes;
    float width, height, score_threshold, nms_threshold;
    /** Scratch, of each image: [anchors]; [classes][anchors]: scores, and their order. */
    struct box *boxes;
    float *scores;
    uint32_t *keys;
    /** Scratch, of each image and class: [most], as they come and in order; which overlap, [most][words]; how many stay. */
    struct candidate *unordered;
    struct candidate *candidates;
    uint32_t *overlaps;
    int32_t *kept;
};

struct scores_shared {
    struct row_exponentials exponentials;
};

BODY void write_scores(const struct detection_arguments *a, struct row_place row, double log_sum)
{
    int64_t image = row.number / a->anchors, anchor = row.number % a->anchors;
    for (int c = row.lane; c < a->classes; c += ROW_THREADS) {
        int64_t at = (image * a->classes + c) * a->anchors + anchor;
        float score = (float)exp((double)a->logits[row.number * a->classes + c] - log_sum);
        bool is_candidate = c > 0 && score > a->score_threshold && score > 0;
        a->scores[at] = score;
        a->keys[at] = is_candidate ? top_k_key(score) : 0;
    }
}

/* A row is the logits of an anchor. */
BODY void scores_body(struct block_place place, int phase, struct scores_shared *shared,
                      const struct detection_arguments *a)
{
    struct row_place row = row_place_of(place);
    if (row.number >= a->images * a->anchors)
        return;
    row_exponentials_find(row, phase, &shared->exponentials, a->logits, DTYPE_F32, row.number * a->classes, a->classes);
    if (phase < 2)
        return;
    write_scores(a, row, row_log_sum(row, &shared->exponentials));
    if (row.lane == 0)
        a->boxes[row.number] =
            box_decode(a->regression + 4 * row.number, &a->defaults[row.number % a->anchors], a->width, a->height);
}
LAUNCHER_OF_BLOCKS(scores, struct detection_arguments, 3)

/* What the phases of `classes` do. */
enum classes_phase {
    CLASSES_COUNT,
    CLASSES_BEGIN,
    CLASSES_FIND,
    CLASSES_TAKE = CLASSES_FIND + TOP_K_PHASES,
    CLASSES_ORDER,
    CLASSES_OVERLAP,
    CLASSES_DROP,
    CLASSES_PHASES,
};

struct classes_shared {
    double above[BLOCK_THREADS];
    /** How many candidates there are. */
    int64_t count;
    struct top_k_shared top_k;
};

BODY bool candidate_is_before(const struct candidate *one, const struct candidate *other)
{
    if (one->score != other->score)
        return one->score > other->score;
    return one->label != other->label ? one->label < other->label : one->anchor < other->anchor;
}

BODY void count_above(const struct detection_arguments *a, const uint32_t *keys, int thread,
                      struct classes_shared *shared)
{
    double above = 0;
    for (int64_t i = thread; i < a->anchors; i += BLOCK_THREADS)
        above += keys[i] > 0 ? 1 : 0;
    shared->above[thread] = above;
}

BODY void take_begin(const struct detection_arguments *a, struct classes_shared *shared)
{
    int64_t above = (int64_t)parts_sum(shared->above, BLOCK_THREADS);
    shared->count = above < a->most ? above : a->most;
    top_k_begin(&shared->top_k, shared->count);
}

BODY void take_candidates(const struct detection_arguments *a, int64_t block, int thread,
                          const struct classes_shared *shared)
{
    const uint32_t *keys = a->keys + block * a->anchors;
    struct top_k_walk walk = top_k_walk_begin(&shared->top_k, thread, a->anchors);
    for (; walk.at < walk.end; walk.at++)
        if (top_k_take(&shared->top_k, &walk, keys)) {
            struct candidate *candidate = &a->unordered[block * a->most + walk.taken - 1];
            candidate->score = a->scores[block * a->anchors + walk.at];
            candidate->label = (int32_t)(block % a->classes);
            candidate->anchor = (int32_t)walk.at;
        }
}

BODY void order_candidates(const struct detection_arguments *a, int64_t block, int thread, int64_t count)
{
    const struct candidate *unordered = a->unordered + block * a->most;
    for (int64_t i = thread; i < count; i += BLOCK_THREADS) {
        int64_t before = 0;
        for (int64_t k = 0; k < count; k++)
            before += candidate_is_before(&unordered[k], &unordered[i]) ? 1 : 0;
        a->candidates[block * a->most + before] = unordered[i];
    }
}

/* Which candidates behind each overlap it too much. */
BODY void find_overlaps(const struct detection_arguments *a, int64_t block, int thread, int64_t count)
{
    const struct candidate *candidates = a->candidates + block * a->most;
    const struct box *boxes = a->boxes + block / a->classes * a->anchors;
    for (int64_t i = thread; i < count * a->words; i += BLOCK_THREADS) {
        int64_t one = i / a->words, first = i % a->words * 32;
        uint32_t bits = 0;
        for (int64_t k = first > one ? first : one + 1; k < first + 32 && k < count; k++)
            if (box_iou(&boxes[candidates[one].anchor], &boxes[candidates[k].anchor]) > a->nms_threshold)
                bits |= 1U << (k - first);
        a->overlaps[block * a->most * a->words + i] = bits;
    }
}

/* Drops each candidate that overlaps a better one that stays. Row 0 of the overlaps becomes the set of those dropped. */
BODY void drop_candidates(const struct detection_arguments *a, int64_t block, int64_t count)
{
    struct candidate *candidates = a->candidates + block * a->most;
    uint32_t *dropped = a->overlaps + block * a->most * a->words;
    int32_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t *overlaps = dropped + i * a->words;
        if ((dropped[i / 32] >> i % 32 & 1) != 0)
            continue;
        for (int64_t w = i / 32; w < a->words; w++)
            dropped[w] |= overlaps[w];
        candidates[kept++] = candidates[i];
    }
    a->kept[block] = kept;
}

/* A block is a class of an image. */
BODY void classes_body(struct block_place place, int phase, struct classes_shared *shared,
                       const struct detection_arguments *a)
{
    const uint32_t *keys = a->keys + place.block * a->anchors;
    if (phase == CLASSES_COUNT)
        count_above(a, keys, place.thread, shared);
    else if (phase == CLASSES_BEGIN && place.thread == 0)
        take_begin(a, shared);
    else if (phase >= CLASSES_FIND && phase < CLASSES_TAKE)
        top_k_find(&shared->top_k, phase - CLASSES_FIND, place.thread, keys, a->anchors);
    else if (phase == CLASSES_TAKE)
        take_candidates(a, place.block, place.thread, shared);
    else if (phase == CLASSES_ORDER)
        order_candidates(a, place.block, place.thread, shared->count);
    else if (phase == CLASSES_OVERLAP)
        find_overlaps(a, place.block, place.thread, shared->count);
    else if (phase == CLASSES_DROP && place.thread == 0)
        drop_candidates(a, place.block, shared->count);
}
LAUNCHER_OF_BLOCKS(classes, struct detection_arguments, CLASSES_PHASES)

/* How many of a class's candidates, which are in order, are before this one. */
BODY int64_t count_before(const struct candidate *candidates, int64_t count, const struct candidate *candidate)
{
    int64_t low = 0, high = count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (candidate_is_before(&candidates[middle], candidate))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

BODY void write_candidate(const struct detection_arguments *a, int64_t image, const struct candidate *candidate)
{
    int64_t row = 0;
    for (int64_t c = image * a->classes; c < (image + 1) * a->classes; c++)
        row += count_before(a->candidates + c * a->most, a->kept[c], candidate);
    if (row >= a->rows)
        return;
    float *detection = a->detections + (image * a->rows + row) * 6;
    struct box box = a->boxes[image * a->anchors + candidate->anchor];
    detection[0] = box.x1;
    detection[1] = box.y1;
    detection[2] = box.x2;
    detection[3] = box.y2;
    detection[4] = candidate->score;
    detection[5] = (float)candidate->label;
}

struct merge_shared {
    int nothing;
};

/* A block is an image. */
BODY void merge_body(struct block_place place, int phase, struct merge_shared *shared,
                     const struct detection_arguments *a)
{
    int64_t first = place.block * a->classes * a->most;
    (void)shared;
    if (phase == 0)
        for (int64_t i = place.thread; i < a->rows * 6; i += BLOCK_THREADS)
            a->detections[place.block * a->rows * 6 + i] = 0;
    else
        for (int64_t i = place.thread; i < a->classes * a->most; i += BLOCK_THREADS)
            if (i % a->most < a->kept[place.block * a->classes + i / a->most])
                write_candidate(a, place.block, &a->candidates[first + i]);
}
LAUNCHER_OF_BLOCKS(merge, struct detection_arguments, 2)

/* The next so many bytes of the scratch; NULL where only their number is asked for. */
static void *place(char *scratch, size_t *bytes, int64_t count, size_t size)
{
    char *at = scratch != NULL ? scratch + *bytes : NULL;
    *bytes += (size_t)count * size;
    return at;
}

/* Places the scratch arrays; returns their bytes. Elements are of words of 32 bits. */
static size_t place_scratch(struct detection_arguments *a, void *memory)
{
    int64_t classes = a->images * a->classes;
    char *scratch = (char *)memory;
    size_t bytes = 0;
    a->boxes = (struct box *)place(scratch, &bytes, a->images * a->anchors, sizeof *a->boxes);
    a->scores = (float *)place(scratch, &bytes, classes * a->anchors, sizeof *a->scores);
    a->keys = (uint32_t *)place(scratch, &bytes, classes * a->anchors, sizeof *a->keys);
    a->unordered = (struct candidate *)place(scratch, &bytes, classes * a->most, sizeof *a->unordered);
    a->candidates = (struct candidate *)place(scratch, &bytes, classes * a->most, sizeof *a->candidates);
    a->overlaps = (uint32_t *)place(scratch, &bytes, classes * a->most * a->words, sizeof *a->overlaps);
    a->kept = (int32_t *)place(scratch, &bytes, classes, sizeof *a->kept);
    return bytes;
}

static struct detection_arguments arguments_of(const struct node *node)
{
    const struct ssd_attributes *attributes = (const struct ssd_attributes *)node->attributes;
    struct detection_arguments a;
    memset(&a, 0, sizeof a);
    a.images = node->inputs[0]->shape.size[0];
    a.anchors = attributes->anchors;
    a.rows = attributes->detections_per_image;
    a.most = attributes->candidates_per_class < a.anchors ? attributes->candidates_per_class : a.anchors;
    a.words = (a.most + 31) / 32;
    a.classes = attributes->classes;
    a.width = (float)attributes->width;
    a.height = (float)attributes->height;
    a.score_threshold = (float)attributes->score_threshold;
    a.nms_threshold = (float)attributes->nms_threshold;
    return a;
}

static void ssd_detections_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct detection_arguments a = arguments_of(instance->node);
    a.defaults = (const struct box *)instance->state;
    a.regression = (const float *)run->inputs[0];
    a.logits = (const float *)run->inputs[1];
    a.detections = (float *)run->outputs[0];
    place_scratch(&a, run->scratch);
    scores_launch(instance->device, row_blocks(a.images * a.anchors), &a);
    classes_launch(instance->device, a.images * a.classes, &a);
    merge_launch(instance->device, a.images, &a);
}

static bool ssd_detections_create(struct kernel_instance *instance, struct error *error)
{
    const struct ssd_attributes *attributes = (const struct ssd_attributes *)instance->node->attributes;
    struct detection_arguments a = arguments_of(instance->node);
    instance->scratch_bytes = place_scratch(&a, NULL);
    return boxes_to_device(attributes, instance->device, &instance->state, error);
}

static void ssd_detections_destroy(struct kernel_instance *instance)
{
    device_release(instance->device, instance->state);
}

/* Anchors are numbered in 32 bits. */
static bool ssd_detections_supports(const struct node *node)
{
    return ((const struct ssd_attributes *)node->attributes)->anchors <= INT32_MAX && node_is_plain(node);
}

const struct kernel ssd_detections_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .supports = ssd_detections_supports,
    .create = ssd_detections_create,
    .run = ssd_detections_run,
    .destroy = ssd_detections_destroy,
};
