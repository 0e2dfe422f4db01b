/* cuda.cu: x * factor on any layout, on a GPU. */
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/scale/scale.h"

ELEMENTWISE_PASS(scale, x *factor)

static void scale_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct scale_attributes *attributes = (const struct scale_attributes *)instance->node->attributes;
    struct elementwise arrays = elementwise_of(instance, run);
    arrays.factor = (float)attributes->factor;
    scale_pass(instance->device, &arrays);
}

const struct kernel scale_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = scale_run,
};
