/* cpu.c: scale_channels and the gradient of its factors on any layout, sixteen floats at a time, by all threads. */
#include <string.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/scale_channels/scale_channels.h"
#include "engine/ops/value_view.h"

CPU_CLONES static void scale_run(struct numbers x, struct numbers y, const struct value_run *run,
                                 const float factors[VECTOR_LANES])
{
    vector factor = *(const vector_in_memory *)factors;
#define SCALE(type, width)                                                                                             \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        int64_t at = run->offset + i * run->stride;                                                                    \
        vector value;                                                                                                  \
        VECTOR_READ(value, x.data, type, at, width);                                                                   \
        value *= factor;                                                                                               \
        VECTOR_WRITE(y.data, type, at, value, width);                                                                  \
    }
    VECTOR_CASES(SCALE, x.dtype, run->width);
}

/* Sums of gradient * x of the lanes: in float over a run, in double over all. */
CPU_CLONES static void sum_run(struct numbers gradient, struct numbers x, const struct value_run *run,
                               double sums[VECTOR_LANES])
{
    vector sum = {0};
#define SUM(type, width)                                                                                               \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        int64_t at = run->offset + i * run->stride;                                                                    \
        vector slope, value;                                                                                           \
        VECTOR_READ(slope, gradient.data, type, at, width);                                                            \
        VECTOR_READ(value, x.data, type, at, width);                                                                   \
        sum += slope * value;                                                                                          \
    }
    VECTOR_CASES(SUM, x.dtype, run->width);
    for (int l = 0; l < VECTOR_LANES; l++)
        sums[l] = sum[l];
}

static void scale_channels_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    struct value_view view = value_view(x);
    struct numbers factors = input_numbers(instance, run, 1);
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            float spread[VECTOR_LANES] = {0};
            value_run_spread(&lanes, numbers_from(factors, group / view.image_groups * x->shape.size[1]), spread);
            scale_run(input_numbers(instance, run, 0), output_numbers(instance, run, 0), &lanes, spread);
        }
}

static bool backward_factors_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    instance->scratch_bytes = sizeof(double) * (size_t)(size[0] * size[1]);
    return true;
}

static void backward_factors_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[1];
    struct value_view view = value_view(x);
    int64_t channels = x->shape.size[1], count = x->shape.size[0] * channels;
    double *totals = run->scratch;
    struct numbers result = output_numbers(instance, run, 0);
    memset(totals, 0, sizeof *totals * (size_t)count);
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            double sums[VECTOR_LANES] = {0}, *image = totals + group / view.image_groups * channels;
            sum_run(input_numbers(instance, run, 0), input_numbers(instance, run, 1), &lanes, sums);
            for (int l = 0; l < lanes.width; l++)
                image[lanes.channel + l % lanes.repeat] += sums[l];
        }
    for (int64_t i = 0; i < count; i++)
        numbers_set(result, i, totals[i]);
}

const struct kernel scale_channels_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = scale_channels_run};
const struct kernel scale_channels_backward_factors_cpu = {.name = "cpu",
                                                           .floats = FLOATS_F32_BF16,
                                                           .supports = node_has_one_layout,
                                                           .create = backward_factors_create,
                                                           .run = backward_factors_run};
