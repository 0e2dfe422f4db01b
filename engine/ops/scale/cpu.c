/* cpu.c: x * factor on any layout, by all threads. */
#include "engine/backends/cpu/elementwise.h"
#include "engine/ops/scale/scale.h"
#include "engine/ops/value_view.h"

ELEMENTWISE_CHUNK(scale, x *factor)

static void scale_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct scale_attributes *attributes = instance->node->attributes;
    struct elementwise pass = elementwise_of(instance, run);
    pass.factor = (float)attributes->factor;
    elementwise_run(&pass, shape_count(&instance->node->outputs[0]->shape), scale_chunk);
}

const struct kernel scale_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = scale_run};
