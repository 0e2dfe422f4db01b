/*
 * cpu.c: batch normalisation and its gradient on any layout, sixteen floats at a time, by all threads.
 *
 * Each group of pixels is summed by itself, then the groups in their order, so that the result does not depend on the number
 * of threads. Sums are of differences from the channel's first pixel, in float over a run and in double over all of
 * them, so that one pass gives the variance without cancellation.
 */
#include <math.h>
#include <string.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/batch_norm/batch_norm.h"
#include "engine/ops/value_view.h"

/* A channel's two sums over one group, or over all. */
struct pair {
    double first, second;
};

/* The numbers of a run's lanes. Not all kernels use all. */
struct lane_terms {
    float mean[VECTOR_LANES];
    float factor[VECTOR_LANES];
    float offset[VECTOR_LANES];
    /* The gradient passes where mask_factor * x + mask_offset > 0; without relu that is 0 * x + 1. */
    float mask_factor[VECTOR_LANES];
    float mask_offset[VECTOR_LANES];
    float a[VECTOR_LANES];
    float b[VECTOR_LANES];
};

static void add_lanes(const vector *first, const vector *second, struct pair sums[VECTOR_LANES])
{
    for (int l = 0; l < VECTOR_LANES; l++) {
        sums[l].first += (*first)[l];
        sums[l].second += (*second)[l];
    }
}

/* Sums of x - mean and of its square (`mean` is the shift here). */
CPU_CLONES static void sum_run(struct numbers x, const struct value_run *run, const struct lane_terms *terms,
                               struct pair sums[VECTOR_LANES])
{
    vector shift = *(const vector_in_memory *)terms->mean, first = {0}, second = {0};
#define SUM(type, width)                                                                                               \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        vector value;                                                                                                  \
        VECTOR_READ(value, x.data, type, run->offset + i * run->stride, width);                                        \
        value -= shift;                                                                                                \
        first += value;                                                                                                \
        second += value * value;                                                                                       \
    }
    VECTOR_CASES(SUM, x.dtype, run->width);
    add_lanes(&first, &second, sums);
}

CPU_CLONES static void normalize_run(struct numbers x, struct numbers y, const struct value_run *run,
                                     const struct lane_terms *terms, bool relu)
{
    vector factor = *(const vector_in_memory *)terms->factor, offset = *(const vector_in_memory *)terms->offset;
    vector floor = (vector){0} - (relu ? 0 : INFINITY);
#define NORMALIZE(type, width)                                                                                         \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        int64_t at = run->offset + i * run->stride;                                                                    \
        vector value;                                                                                                  \
        VECTOR_READ(value, x.data, type, at, width);                                                                   \
        value = factor * value + offset;                                                                               \
        value = VECTOR_WHERE(~(value < floor), value);                                                                 \
        VECTOR_WRITE(y.data, type, at, value, width);                                                                  \
    }
    VECTOR_CASES(NORMALIZE, x.dtype, run->width);
}

/* Sums of the gradient that relu lets through, and of that times x - mean. */
CPU_CLONES static void backward_sum_run(struct numbers x, struct numbers gradient, const struct value_run *run,
                                        const struct lane_terms *terms, struct pair sums[VECTOR_LANES])
{
    vector mean = *(const vector_in_memory *)terms->mean;
    vector factor = *(const vector_in_memory *)terms->mask_factor;
    vector offset = *(const vector_in_memory *)terms->mask_offset, first = {0}, second = {0};
#define BACKWARD_SUM(type, width)                                                                                      \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        int64_t at = run->offset + i * run->stride;                                                                    \
        vector value, passed;                                                                                          \
        VECTOR_READ(value, x.data, type, at, width);                                                                   \
        VECTOR_READ(passed, gradient.data, type, at, width);                                                           \
        passed = VECTOR_WHERE(factor * value + offset > 0, passed);                                                    \
        first += passed;                                                                                               \
        second += passed * (value - mean);                                                                             \
    }
    VECTOR_CASES(BACKWARD_SUM, x.dtype, run->width);
    add_lanes(&first, &second, sums);
}

CPU_CLONES static void gradient_run(struct numbers x, struct numbers gradient, struct numbers result,
                                    const struct value_run *run, const struct lane_terms *terms)
{
    vector mean = *(const vector_in_memory *)terms->mean, factor = *(const vector_in_memory *)terms->factor;
    vector mask_factor = *(const vector_in_memory *)terms->mask_factor;
    vector mask_offset = *(const vector_in_memory *)terms->mask_offset;
    vector a = *(const vector_in_memory *)terms->a, b = *(const vector_in_memory *)terms->b;
#define GRADIENT(type, width)                                                                                          \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        int64_t at = run->offset + i * run->stride;                                                                    \
        vector value, passed;                                                                                          \
        VECTOR_READ(value, x.data, type, at, width);                                                                   \
        VECTOR_READ(passed, gradient.data, type, at, width);                                                           \
        passed = VECTOR_WHERE(mask_factor * value + mask_offset > 0, passed);                                          \
        passed = factor * (passed - a - (value - mean) * b);                                                           \
        VECTOR_WRITE(result.data, type, at, passed, width);                                                            \
    }
    VECTOR_CASES(GRADIENT, x.dtype, run->width);
}

/* The sums of groups, and the terms of channels: in scratch. */
struct work {
    struct value_view view;
    int64_t images;
    int64_t channels;
    /* [images][channels]. */
    struct pair *sums;
    /* [TERM_COUNT][channels]. */
    float *terms;
};

enum term { TERM_MEAN, TERM_FACTOR, TERM_OFFSET, TERM_MASK_FACTOR, TERM_MASK_OFFSET, TERM_A, TERM_B, TERM_COUNT };

static struct work work_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    struct work work = {.view = value_view(x), .images = x->shape.size[0], .channels = x->shape.size[1]};
    work.sums = run->scratch;
    work.terms = (float *)(work.sums + work.images * work.channels);
    return work;
}

static bool work_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    instance->scratch_bytes = (size_t)size[1] * ((size_t)size[0] * sizeof(struct pair) + TERM_COUNT * sizeof(float));
    return true;
}

static float *work_term(const struct work *work, enum term term)
{
    return work->terms + (int64_t)term * work->channels;
}

/* Those terms of a run's lanes that are wanted: bit i is enum term i. */
static struct lane_terms work_lane_terms(const struct work *work, const struct value_run *run, unsigned wanted)
{
    struct lane_terms terms = {.mean = {0}};
    float *const lanes[] = {terms.mean,        terms.factor, terms.offset, terms.mask_factor,
                            terms.mask_offset, terms.a,      terms.b};
    for (int i = 0; i < TERM_COUNT; i++)
        if ((wanted >> i & 1) != 0)
            value_run_spread(run, (struct numbers){work_term(work, (enum term)i), DTYPE_F32}, lanes[i]);
    return terms;
}

/* Adds the sums of a run's lanes to those of its channels. */
static void work_add(const struct work *work, int64_t group, const struct value_run *run,
                     const struct pair lanes[VECTOR_LANES])
{
    struct pair *sums = work->sums + group / work->view.image_groups * work->channels;
    for (int l = 0; l < run->width; l++) {
        sums[run->channel + l % run->repeat].first += lanes[l].first;
        sums[run->channel + l % run->repeat].second += lanes[l].second;
    }
}

/* A channel's sums over all images. */
static struct pair work_total(const struct work *work, int64_t channel)
{
    struct pair total = {0, 0};
    for (int64_t n = 0; n < work->images; n++) {
        total.first += work->sums[n * work->channels + channel].first;
        total.second += work->sums[n * work->channels + channel].second;
    }
    return total;
}

/* The statistics of the batch, by channel. Shifts by the first pixel of the first image. */
static void find_statistics(const struct kernel_instance *instance, const struct kernel_run *run,
                            const struct work *work)
{
    struct numbers x = input_numbers(instance, run, 0);
    float *shift = work_term(work, TERM_MEAN);
    int64_t lanes_of_pixel = work->view.lanes;
    for (int64_t c = 0; c < work->channels; c++) {
        int64_t first = c / lanes_of_pixel * work->view.pixels * lanes_of_pixel + c % lanes_of_pixel;
        shift[c] = (float)numbers_get(x, first);
    }
    memset(work->sums, 0, sizeof *work->sums * (size_t)(work->images * work->channels));
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < work->view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&work->view); i++) {
            struct value_run lanes = value_run_at(&work->view, group, i);
            struct lane_terms terms = work_lane_terms(work, &lanes, 1U << TERM_MEAN);
            struct pair sums[VECTOR_LANES] = {{0, 0}};
            sum_run(x, &lanes, &terms, sums);
            work_add(work, group, &lanes, sums);
        }
    double count = (double)(work->images * work->view.pixels);
    for (int64_t c = 0; c < work->channels; c++) {
        struct pair total = work_total(work, c);
        double difference = total.first / count, variance = total.second / count - difference * difference;
        batch_norm_finish_channel(instance, run, c, shift[c] + difference, variance > 0 ? variance : 0);
    }
}

/* Writes y from x with the statistics of each channel. x, weight and bias are the first inputs. */
static void normalize(const struct kernel_instance *instance, const struct kernel_run *run, const struct work *work,
                      const float *mean, const float *inverse)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    const float *weight = run->inputs[1], *bias = run->inputs[2];
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    for (int64_t c = 0; c < work->channels; c++) {
        float factor = batch_norm_factor(weight[c], inverse[c]);
        work_term(work, TERM_FACTOR)[c] = factor;
        work_term(work, TERM_OFFSET)[c] = batch_norm_offset(bias[c], mean[c], factor);
    }
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < work->view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&work->view); i++) {
            struct value_run lanes = value_run_at(&work->view, group, i);
            struct lane_terms terms = work_lane_terms(work, &lanes, 1U << TERM_FACTOR | 1U << TERM_OFFSET);
            normalize_run(x, y, &lanes, &terms, attributes->relu);
        }
}

static void batch_norm_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct work work = work_of(instance, run);
    if (attributes->training) {
        *(int64_t *)run->inputs[5] += 1;
        find_statistics(instance, run, &work);
    } else {
        batch_norm_use_running(instance, run);
    }
    normalize(instance, run, &work, run->outputs[1], run->outputs[2]);
}

static void apply_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct work work = work_of(instance, run);
    normalize(instance, run, &work, run->inputs[3], run->inputs[4]);
}

/* The terms that the sums over a channel need. */
static void set_mask_terms(const struct kernel_run *run, const struct work *work, bool relu)
{
    const float *weight = run->inputs[2], *bias = run->inputs[3], *mean = run->inputs[4], *inverse = run->inputs[5];
    for (int64_t c = 0; c < work->channels; c++) {
        float factor = batch_norm_factor(weight[c], inverse[c]);
        work_term(work, TERM_MEAN)[c] = mean[c];
        work_term(work, TERM_FACTOR)[c] = factor;
        work_term(work, TERM_MASK_FACTOR)[c] = relu ? factor : 0;
        work_term(work, TERM_MASK_OFFSET)[c] = relu ? batch_norm_offset(bias[c], mean[c], factor) : 1;
    }
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct numbers x = input_numbers(instance, run, 0), gradient = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
    struct work work = work_of(instance, run);
    set_mask_terms(run, &work, attributes->relu);
    memset(work.sums, 0, sizeof *work.sums * (size_t)(work.images * work.channels));
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < work.view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&work.view); i++) {
            struct value_run lanes = value_run_at(&work.view, group, i);
            struct lane_terms terms =
                work_lane_terms(&work, &lanes, 1U << TERM_MEAN | 1U << TERM_MASK_FACTOR | 1U << TERM_MASK_OFFSET);
            struct pair sums[VECTOR_LANES] = {{0, 0}};
            backward_sum_run(x, gradient, &lanes, &terms, sums);
            work_add(&work, group, &lanes, sums);
        }
    for (int64_t c = 0; c < work.channels; c++) {
        struct pair total = work_total(&work, c);
        struct batch_norm_terms terms = batch_norm_channel_terms(instance, run, c, total.first, total.second);
        work_term(&work, TERM_A)[c] = (float)terms.a;
        work_term(&work, TERM_B)[c] = (float)terms.b;
    }
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < work.view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&work.view); i++) {
            struct value_run lanes = value_run_at(&work.view, group, i);
            struct lane_terms terms = work_lane_terms(&work, &lanes, ~0U);
            gradient_run(x, gradient, result, &lanes, &terms);
        }
}

/* What belongs to channels is float32. */
static bool supports_with_weight(const struct node *node, int weight)
{
    return node_has_one_layout(node) && node->inputs[weight]->dtype == DTYPE_F32;
}

static bool batch_norm_supports(const struct node *node)
{
    return supports_with_weight(node, 1);
}

static bool backward_supports(const struct node *node)
{
    return supports_with_weight(node, 2);
}

const struct kernel batch_norm_cpu = {.name = "cpu",
                                      .floats = FLOATS_F32_BF16,
                                      .supports = batch_norm_supports,
                                      .create = work_create,
                                      .run = batch_norm_run};
const struct kernel batch_norm_apply_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = batch_norm_supports, .create = work_create, .run = apply_run};
const struct kernel batch_norm_backward_cpu = {.name = "cpu",
                                               .floats = FLOATS_F32_BF16,
                                               .supports = backward_supports,
                                               .create = work_create,
                                               .run = backward_run};
