/* cuda.cu: reshape on a GPU: a copy, or nothing when it works in place. */
#include "engine/backends/cuda/launch.h"
#include "engine/ops/reshape/reshape.h"

static void reshape_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *value = instance->node->outputs[0];
    size_t bytes = (size_t)shape_count(&value->shape) * dtype_size(value->dtype);
    if (run->outputs[0] != run->inputs[0])
        device_copy(instance->device, run->outputs[0], run->inputs[0], bytes);
}

const struct kernel reshape_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_ALL,
    .supports = node_is_plain,
    .run = reshape_run,
};
