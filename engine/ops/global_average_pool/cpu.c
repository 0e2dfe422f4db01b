/* cpu.c: the mean over pixels and its gradient on any layout, sixteen floats at a time, by all threads. */
#include <string.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/global_average_pool/global_average_pool.h"
#include "engine/ops/value_view.h"

/* Sums of the lanes: in float over a run, in double over all. */
CPU_CLONES static void sum_run(struct numbers x, const struct value_run *run, double sums[VECTOR_LANES])
{
    vector sum = {0};
#define SUM(type, width)                                                                                               \
    for (int64_t i = 0; i < run->steps; i++) {                                                                         \
        vector value;                                                                                                  \
        VECTOR_READ(value, x.data, type, run->offset + i * run->stride, width);                                        \
        sum += value;                                                                                                  \
    }
    VECTOR_CASES(SUM, x.dtype, run->width);
    for (int l = 0; l < VECTOR_LANES; l++)
        sums[l] = sum[l];
}

CPU_CLONES static void spread_run(struct numbers result, const struct value_run *run, const float lanes[VECTOR_LANES])
{
    vector value = *(const vector_in_memory *)lanes;
#define SPREAD(type, width)                                                                                            \
    for (int64_t i = 0; i < run->steps; i++)                                                                           \
        VECTOR_WRITE(result.data, type, run->offset + i * run->stride, value, width);
    VECTOR_CASES(SPREAD, result.dtype, run->width);
}

static void pool_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    struct value_view view = value_view(x);
    double *means = run->scratch;
    struct numbers y = output_numbers(instance, run, 0);
    memset(means, 0, sizeof *means * (size_t)(view.groups * view.lanes));
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            double sums[VECTOR_LANES] = {0}, *image = means + group / view.image_groups * x->shape.size[1];
            sum_run(input_numbers(instance, run, 0), &lanes, sums);
            for (int l = 0; l < lanes.width; l++)
                image[lanes.channel + l % lanes.repeat] += sums[l];
        }
    for (int64_t i = 0; i < view.groups * view.lanes; i++)
        numbers_set(y, i, means[i] / (double)view.pixels);
}

static bool pool_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    instance->scratch_bytes = sizeof(double) * (size_t)(size[0] * size[1]);
    return true;
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *result = instance->node->outputs[0];
    struct value_view view = value_view(result);
    struct numbers gradient = input_numbers(instance, run, 0);
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            float shares[VECTOR_LANES] = {0};
            value_run_spread(&lanes, numbers_from(gradient, group / view.image_groups * result->shape.size[1]), shares);
            for (int l = 0; l < VECTOR_LANES; l++)
                shares[l] /= (float)view.pixels;
            spread_run(output_numbers(instance, run, 0), &lanes, shares);
        }
}

const struct kernel global_average_pool_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .create = pool_create, .run = pool_run};
const struct kernel global_average_pool_backward_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = backward_run};
