/* cpu.c: x * factor on any layout, by all threads. */
#include "engine/backends/cpu/chunks.h"
#include "engine/backends/cpu/vector.h"
#include "engine/ops/scale/scale.h"
#include "engine/ops/value_view.h"

CPU_CLONES static void scale_chunk(const float *x, float *y, float factor, struct chunk chunk)
{
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        y[i] = x[i] * factor;
}

static void scale_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct scale_attributes *attributes = instance->node->attributes;
    int64_t count = shape_count(&instance->node->outputs[0]->shape);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        scale_chunk(run->inputs[0], run->outputs[0], (float)attributes->factor, chunk_at(count, i));
}

const struct kernel scale_cpu = {.name = "cpu", .supports = node_has_one_layout, .run = scale_run};
