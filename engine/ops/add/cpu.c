/* cpu.c: x + y on any layout, by all threads. */
#include "engine/backends/cpu/chunks.h"
#include "engine/backends/cpu/vector.h"
#include "engine/ops/add/add.h"
#include "engine/ops/value_view.h"

CPU_CLONES static void add_chunk(const float *x, const float *y, float *result, struct chunk chunk)
{
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        result[i] = x[i] + y[i];
}

static void add_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        add_chunk(run->inputs[0], run->inputs[1], run->outputs[0], chunk_at(count, i));
}

const struct kernel add_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = add_run};
