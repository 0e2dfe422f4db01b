/* cpu.c: cast between float32 and bfloat16 on any layout, by all threads. */
#include "engine/backends/cpu/elementwise.h"
#include "engine/ops/cast/cast.h"
#include "engine/ops/value_view.h"

static inline __attribute__((always_inline)) void cast_loop(const void *x, enum dtype from, void *y, enum dtype to,
                                                            struct chunk chunk)
{
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        float_set(y, to, i, float_get(x, from, i));
}

CPU_CLONES static void narrow_chunk(const struct elementwise *pass, struct chunk chunk)
{
    cast_loop(pass->x, DTYPE_F32, pass->result, DTYPE_BF16, chunk);
}

CPU_CLONES static void widen_chunk(const struct elementwise *pass, struct chunk chunk)
{
    cast_loop(pass->x, DTYPE_BF16, pass->result, DTYPE_F32, chunk);
}

static void cast_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct elementwise pass = elementwise_of(instance, run);
    elementwise_run(&pass, shape_count(&instance->node->outputs[0]->shape),
                    pass.dtype == DTYPE_BF16 ? narrow_chunk : widen_chunk);
}

static bool cast_supports(const struct node *node)
{
    return node_has_one_layout(node) && node->inputs[0]->dtype != node->outputs[0]->dtype;
}

const struct kernel cast_cpu = {.name = "cpu", .floats = FLOATS_F32_BF16, .supports = cast_supports, .run = cast_run};
