/* cuda.cu: permute on a GPU, from and to plain or channels last. */
#include "engine/backends/cuda/copies.h"
#include "engine/ops/permute/permute.h"

static void permute_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct permute_attributes *attributes = (const struct permute_attributes *)instance->node->attributes;
    permuted_copy_run(instance->device, instance->node->outputs[0], instance->node->inputs[0], attributes->order,
                      run->outputs[0], run->inputs[0]);
}

const struct kernel permute_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_ALL,
    .supports = node_has_no_blocks,
    .run = permute_run,
};
