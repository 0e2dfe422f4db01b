/* cpu.c: scale_channels and the gradient of its factors on any layout, sixteen floats at a time, by all threads. */
#include <string.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/scale_channels/scale_channels.h"
#include "engine/ops/value_view.h"

#define STRETCH 256

CPU_CLONES static void scale_run(const float *x, float *y, const struct value_run *run,
                                 const float factors[VECTOR_LANES])
{
    vector factor = *(const vector_in_memory *)factors;
    for (int64_t i = 0; i < run->steps; i++) {
        vector value;
        VECTOR_LOAD(value, x + i * run->stride, run->width);
        value *= factor;
        VECTOR_STORE(y + i * run->stride, value, run->width);
    }
}

/* Sums of gradient * x of the lanes: in float over short stretches, in double over them. */
CPU_CLONES static void sum_run(const float *gradient, const float *x, const struct value_run *run,
                               double sums[VECTOR_LANES])
{
    for (int64_t start = 0; start < run->steps; start += STRETCH) {
        int64_t end = start + STRETCH < run->steps ? start + STRETCH : run->steps;
        vector sum = {0};
        for (int64_t i = start; i < end; i++) {
            vector slope, value;
            VECTOR_LOAD(slope, gradient + i * run->stride, run->width);
            VECTOR_LOAD(value, x + i * run->stride, run->width);
            sum += slope * value;
        }
        for (int l = 0; l < VECTOR_LANES; l++)
            sums[l] += sum[l];
    }
}

static void scale_channels_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    struct value_view view = value_view(x);
    const float *factors = run->inputs[1];
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            float spread[VECTOR_LANES] = {0};
            value_run_spread(&lanes, factors + group / view.image_groups * x->shape.size[1], spread);
            scale_run((const float *)run->inputs[0] + lanes.offset, (float *)run->outputs[0] + lanes.offset, &lanes,
                      spread);
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
    float *result = run->outputs[0];
    memset(totals, 0, sizeof *totals * (size_t)count);
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            double sums[VECTOR_LANES] = {0}, *image = totals + group / view.image_groups * channels;
            sum_run((const float *)run->inputs[0] + lanes.offset, (const float *)run->inputs[1] + lanes.offset, &lanes,
                    sums);
            for (int l = 0; l < lanes.width; l++)
                image[lanes.channel + l % lanes.repeat] += sums[l];
        }
    for (int64_t i = 0; i < count; i++)
        result[i] = (float)totals[i];
}

const struct kernel scale_channels_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = scale_channels_run};
const struct kernel scale_channels_backward_factors_cpu = {
    .name = "cpu", .supports = node_has_one_layout, .create = backward_factors_create, .run = backward_factors_run};
