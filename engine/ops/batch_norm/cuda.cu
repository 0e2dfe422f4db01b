/*
 * cuda.cu: batch normalisation and its gradient, channels last, on a GPU.
 *
 * As on the processor (cpu.c), sums are of differences from the channel's first pixel, so that one pass gives the variance without
 * cancellation.
 */
#include "engine/backends/cuda/columns.h"
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/batch_norm/batch_norm.h"

/* The numbers of a channel with which its elements are computed. */
struct channel_terms {
    float mean;
    float factor;
    float offset;
    /* Of the gradient only. */
    float a;
    float b;
};

/* Of all three nodes; each uses what it has. */
struct batch_norm_arguments {
    const void *x;
    const void *gradient;
    void *result;
    enum dtype dtype;
    bool relu;
    bool training;
    const float *weight, *bias;
    /* Outputs of batch_norm, inputs of the others. */
    float *mean, *inverse_deviation;
    float *running_mean, *running_var;
    int64_t *batches;
    float *weight_gradient, *bias_gradient;
    double momentum, epsilon;
    struct columns columns;
    /* Of every channel. */
    struct channel_terms *terms;
};

struct batch_norm_statistics_shared {
    struct columns_shared columns;
};

struct batch_norm_sums_shared {
    struct columns_shared columns;
};

BODY struct column_terms batch_norm_statistics_terms(const struct batch_norm_arguments *a, int64_t row, int64_t column)
{
    float x = float_get(a->x, a->dtype, row * a->columns.columns + column) - float_get(a->x, a->dtype, column);
    struct column_terms terms = {x, x * x};
    return terms;
}
COLUMN_PARTS(batch_norm_statistics, struct batch_norm_arguments)

/* The terms by which a channel is normalised, from what the node puts out. */
BODY struct channel_terms forward_terms(const struct batch_norm_arguments *a, int64_t channel)
{
    struct channel_terms terms = {a->mean[channel], 0, 0, 0, 0};
    terms.factor = batch_norm_factor(a->weight[channel], a->inverse_deviation[channel]);
    terms.offset = batch_norm_offset(a->bias[channel], terms.mean, terms.factor);
    return terms;
}

BODY float blend(float old, double found, double momentum)
{
    return (float)((1 - momentum) * old + momentum * found);
}

BODY void batch_norm_statistics_body(struct block_place place, int phase, struct batch_norm_statistics_shared *shared,
                                     const struct batch_norm_arguments *a)
{
    struct column_sums sums = column_total(place, phase, &shared->columns, &a->columns);
    if (phase == 0 || place.thread != 0)
        return;
    int64_t c = place.block;
    double count = (double)a->columns.rows, difference = sums.first / count;
    double variance = sums.second / count - difference * difference, mean = float_get(a->x, a->dtype, c) + difference;
    variance = variance > 0 ? variance : 0;
    a->mean[c] = (float)mean;
    a->inverse_deviation[c] = (float)(1 / sqrt(variance + a->epsilon));
    a->running_mean[c] = blend(a->running_mean[c], mean, a->momentum);
    a->running_var[c] = blend(a->running_var[c], variance * (count / (count - 1)), a->momentum);
    a->terms[c] = forward_terms(a, c);
    if (c == 0)
        *a->batches += 1;
}
LAUNCHER_OF_BLOCKS(batch_norm_statistics, struct batch_norm_arguments, 2)

/* Statistics that are there already. */
BODY void batch_norm_given_body(struct place place, const struct batch_norm_arguments *a)
{
    for (int64_t c = place.index; c < a->columns.columns; c += place.count)
        a->terms[c] = forward_terms(a, c);
}
LAUNCHER(batch_norm_given, struct batch_norm_arguments)

/* Inference: the running statistics. */
BODY void batch_norm_running_body(struct place place, const struct batch_norm_arguments *a)
{
    for (int64_t c = place.index; c < a->columns.columns; c += place.count) {
        a->mean[c] = a->running_mean[c];
        a->inverse_deviation[c] = (float)(1 / sqrt(a->running_var[c] + a->epsilon));
        a->terms[c] = forward_terms(a, c);
    }
}
LAUNCHER(batch_norm_running, struct batch_norm_arguments)

BODY float normalize(const struct batch_norm_arguments *a, float x, float gradient, const struct channel_terms *terms)
{
    float y = terms->factor * x + terms->offset;
    (void)gradient;
    return a->relu && y < 0 ? 0 : y;
}

/* What of the gradient comes through relu. */
BODY float passed_gradient(const struct batch_norm_arguments *a, float x, float gradient,
                           const struct channel_terms *terms)
{
    return a->relu && !(terms->factor * x + terms->offset > 0) ? 0 : gradient;
}

BODY float denormalize(const struct batch_norm_arguments *a, float x, float gradient, const struct channel_terms *terms)
{
    float passed = passed_gradient(a, x, gradient, terms);
    return terms->factor * (passed - terms->a - (x - terms->mean) * terms->b);
}

/*
 * name_pass: result = formula(a, x, gradient, the channel's terms) of every element; eight neighbours at a time where these are of
 * one pixel.
 */
#define CHANNELS_PASS(name, formula, second)                                                                           \
    BODY void name##_one(const struct batch_norm_arguments *a, int64_t i)                                              \
    {                                                                                                                  \
        float x = float_get(a->x, a->dtype, i), gradient = float_get(a->second, a->dtype, i);                          \
        float_set(a->result, a->dtype, i, formula(a, x, gradient, &a->terms[i % a->columns.columns]));                 \
    }                                                                                                                  \
    BODY void name##_body(struct place place, const struct batch_norm_arguments *a)                                    \
    {                                                                                                                  \
        int64_t count = a->columns.rows * a->columns.columns,                                                          \
                packs = a->columns.columns % PACK == 0 ? count / PACK : 0;                                             \
        for (int64_t pack = place.index; pack < packs; pack += place.count) {                                          \
            struct float_pack x = pack_read(a->x, a->dtype, pack), gradient = pack_read(a->second, a->dtype, pack);    \
            const struct channel_terms *terms = &a->terms[pack * PACK % a->columns.columns];                           \
            for (int i = 0; i < PACK; i++)                                                                             \
                x.numbers[i] = formula(a, x.numbers[i], gradient.numbers[i], &terms[i]);                               \
            pack_write(a->result, a->dtype, pack, x);                                                                  \
        }                                                                                                              \
        for (int64_t i = packs * PACK + place.index; i < count; i += place.count)                                      \
            name##_one(a, i);                                                                                          \
    }                                                                                                                  \
    LAUNCHER(name, struct batch_norm_arguments)                                                                        \
    static void name##_pass(struct device *device, const struct batch_norm_arguments *a)                               \
    {                                                                                                                  \
        int64_t count = a->columns.rows * a->columns.columns;                                                          \
        name##_launch(device, a->columns.columns % PACK == 0 ? count / PACK : count, a);                               \
    }

CHANNELS_PASS(batch_norm_normalize, normalize, x)
CHANNELS_PASS(batch_norm_denormalize, denormalize, gradient)

/* What all have: input 0 is x, output 0 the result. */
static struct batch_norm_arguments arguments_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = (const struct batch_norm_attributes *)instance->node->attributes;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    struct batch_norm_arguments a;
    memset(&a, 0, sizeof a);
    a.x = run->inputs[0];
    a.result = run->outputs[0];
    a.dtype = instance->node->inputs[0]->dtype;
    a.relu = attributes->relu;
    a.training = attributes->training;
    a.momentum = attributes->momentum;
    a.epsilon = attributes->epsilon;
    a.columns = columns_make(size[0] * size[2] * size[3], size[1], run->scratch);
    a.terms = (struct channel_terms *)(a.columns.sums + columns_threads(&a.columns));
    return a;
}

static bool batch_norm_create(struct kernel_instance *instance, struct error *error)
{
    const int64_t *size = instance->node->inputs[0]->shape.size;
    (void)error;
    instance->scratch_bytes =
        columns_bytes(size[0] * size[2] * size[3], size[1]) + (size_t)size[1] * sizeof(struct channel_terms);
    return true;
}

static void batch_norm_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct batch_norm_arguments a = arguments_of(instance, run);
    a.weight = (const float *)run->inputs[1];
    a.bias = (const float *)run->inputs[2];
    a.running_mean = (float *)run->inputs[3];
    a.running_var = (float *)run->inputs[4];
    a.batches = (int64_t *)run->inputs[5];
    a.mean = (float *)run->outputs[1];
    a.inverse_deviation = (float *)run->outputs[2];
    if (a.training) {
        batch_norm_statistics_parts_launch(instance->device, columns_threads(&a.columns), &a);
        batch_norm_statistics_launch(instance->device, a.columns.columns, &a);
    } else {
        batch_norm_running_launch(instance->device, a.columns.columns, &a);
    }
    batch_norm_normalize_pass(instance->device, &a);
}

static void apply_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct batch_norm_arguments a = arguments_of(instance, run);
    a.weight = (const float *)run->inputs[1];
    a.bias = (const float *)run->inputs[2];
    a.mean = (float *)run->inputs[3];
    a.inverse_deviation = (float *)run->inputs[4];
    batch_norm_given_launch(instance->device, a.columns.columns, &a);
    batch_norm_normalize_pass(instance->device, &a);
}

/* Sums of the gradient that relu lets through, and of that times x - mean. */
BODY struct column_terms batch_norm_sums_terms(const struct batch_norm_arguments *a, int64_t row, int64_t column)
{
    int64_t at = row * a->columns.columns + column;
    struct channel_terms channel = forward_terms(a, column);
    float x = float_get(a->x, a->dtype, at);
    float passed = passed_gradient(a, x, float_get(a->gradient, a->dtype, at), &channel);
    struct column_terms terms = {passed, passed * (x - channel.mean)};
    return terms;
}
COLUMN_PARTS(batch_norm_sums, struct batch_norm_arguments)

BODY void batch_norm_sums_body(struct block_place place, int phase, struct batch_norm_sums_shared *shared,
                               const struct batch_norm_arguments *a)
{
    struct column_sums sums = column_total(place, phase, &shared->columns, &a->columns);
    if (phase == 0 || place.thread != 0)
        return;
    int64_t c = place.block;
    double count = (double)a->columns.rows, deviation = a->inverse_deviation[c];
    struct channel_terms terms = forward_terms(a, c);
    a->weight_gradient[c] = (float)(sums.second * deviation);
    a->bias_gradient[c] = (float)sums.first;
    if (a->training) {
        terms.a = (float)(sums.first / count);
        terms.b = (float)(sums.second * deviation * deviation / count);
    }
    a->terms[c] = terms;
}
LAUNCHER_OF_BLOCKS(batch_norm_sums, struct batch_norm_arguments, 2)

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct batch_norm_arguments a = arguments_of(instance, run);
    a.gradient = run->inputs[1];
    a.weight = (const float *)run->inputs[2];
    a.bias = (const float *)run->inputs[3];
    a.mean = (float *)run->inputs[4];
    a.inverse_deviation = (float *)run->inputs[5];
    a.weight_gradient = (float *)run->outputs[1];
    a.bias_gradient = (float *)run->outputs[2];
    batch_norm_sums_parts_launch(instance->device, columns_threads(&a.columns), &a);
    batch_norm_sums_launch(instance->device, a.columns.columns, &a);
    batch_norm_denormalize_pass(instance->device, &a);
}

/* What belongs to channels is float32. */
static bool supports_with_weight(const struct node *node, int weight)
{
    return node->inputs[0]->layout == LAYOUT_CHANNELS_LAST && node_has_one_layout(node) &&
           node->inputs[weight]->dtype == DTYPE_F32 && node->inputs[0]->dtype == node->outputs[0]->dtype;
}

static bool batch_norm_supports(const struct node *node)
{
    return supports_with_weight(node, 1);
}

static bool backward_supports(const struct node *node)
{
    return supports_with_weight(node, 2);
}

const struct kernel batch_norm_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = batch_norm_supports,
    .create = batch_norm_create,
    .run = batch_norm_run,
};
const struct kernel batch_norm_apply_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = batch_norm_supports,
    .create = batch_norm_create,
    .run = apply_run,
};
const struct kernel batch_norm_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = backward_supports,
    .create = batch_norm_create,
    .run = backward_run,
};
