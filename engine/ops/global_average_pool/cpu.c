/* cpu.c: the mean over pixels and its gradient on any layout, sixteen floats at a time, by all threads. */
#include <string.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/global_average_pool/global_average_pool.h"
#include "engine/ops/value_view.h"

#define STRETCH 256

/* Sums of the lanes: in float over short stretches, in double over them. */
CPU_CLONES static void sum_run(const float *x, const struct value_run *run, double sums[VECTOR_LANES])
{
    for (int64_t start = 0; start < run->steps; start += STRETCH) {
        int64_t end = start + STRETCH < run->steps ? start + STRETCH : run->steps;
        vector sum = {0};
        for (int64_t i = start; i < end; i++) {
            vector value;
            VECTOR_LOAD(value, x + i * run->stride, run->width);
            sum += value;
        }
        for (int l = 0; l < VECTOR_LANES; l++)
            sums[l] += sum[l];
    }
}

CPU_CLONES static void spread_run(float *result, const struct value_run *run, const float lanes[VECTOR_LANES])
{
    vector value = *(const vector_in_memory *)lanes;
    for (int64_t i = 0; i < run->steps; i++)
        VECTOR_STORE(result + i * run->stride, value, run->width);
}

static void pool_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    struct value_view view = value_view(x);
    double *means = run->scratch;
    float *y = run->outputs[0];
    memset(means, 0, sizeof *means * (size_t)(view.groups * view.lanes));
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            double sums[VECTOR_LANES] = {0}, *image = means + group / view.image_groups * x->shape.size[1];
            sum_run((const float *)run->inputs[0] + lanes.offset, &lanes, sums);
            for (int l = 0; l < lanes.width; l++)
                image[lanes.channel + l % lanes.repeat] += sums[l];
        }
    for (int64_t i = 0; i < view.groups * view.lanes; i++)
        y[i] = (float)(means[i] / (double)view.pixels);
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
    const float *gradient = run->inputs[0];
#pragma omp parallel for schedule(static)
    for (int64_t group = 0; group < view.groups; group++)
        for (int64_t i = 0; i < value_run_count(&view); i++) {
            struct value_run lanes = value_run_at(&view, group, i);
            float shares[VECTOR_LANES] = {0};
            value_run_spread(&lanes, gradient + group / view.image_groups * result->shape.size[1], shares);
            for (int l = 0; l < VECTOR_LANES; l++)
                shares[l] /= (float)view.pixels;
            spread_run((float *)run->outputs[0] + lanes.offset, &lanes, shares);
        }
}

const struct kernel global_average_pool_cpu = {
    .name = "cpu", .supports = node_has_one_layout, .create = pool_create, .run = pool_run};
const struct kernel global_average_pool_backward_cpu = {
    .name = "cpu", .supports = node_has_one_layout, .run = backward_run};
