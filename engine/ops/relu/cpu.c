/* cpu.c: relu and its gradient on any layout, by all threads. */
#include "engine/backends/cpu/chunks.h"
#include "engine/backends/cpu/vector.h"
#include "engine/ops/relu/relu.h"
#include "engine/ops/value_view.h"

CPU_CLONES static void relu_chunk(const float *x, float *y, struct chunk chunk)
{
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

CPU_CLONES static void relu_backward_chunk(const float *gradient, const float *output, float *result,
                                           struct chunk chunk)
{
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        result[i] = output[i] > 0 ? gradient[i] : 0;
}

static void relu_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        relu_chunk(run->inputs[0], run->outputs[0], chunk_at(count, i));
}

static void relu_backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        relu_backward_chunk(run->inputs[0], run->inputs[1], run->outputs[0], chunk_at(count, i));
}

const struct kernel relu_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = relu_run};
const struct kernel relu_backward_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = relu_backward_run};
