/* cpu.c: max(x + y, 0) on any layout, by all threads. */
#include "engine/backends/cpu/chunks.h"
#include "engine/backends/cpu/vector.h"
#include "engine/ops/add_relu/add_relu.h"
#include "engine/ops/value_view.h"

CPU_CLONES static void add_relu_chunk(const float *x, const float *y, float *result, struct chunk chunk)
{
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++) {
        float sum = x[i] + y[i];
        result[i] = sum < 0 ? 0 : sum;
    }
}

static void add_relu_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        add_relu_chunk(run->inputs[0], run->inputs[1], run->outputs[0], chunk_at(count, i));
}

const struct kernel add_relu_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = add_relu_run};
