/* cuda.cu: reordering between plain and channels last on a GPU, any type; also a plain copy. */
#include "engine/backends/cuda/copies.h"
#include "engine/ops/reorder/reorder.h"

static const int same_order[SHAPE_MAX_RANK] = {0, 1, 2, 3, 4, 5};

static void reorder_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    permuted_copy_run(instance->device, instance->node->outputs[0], instance->node->inputs[0], same_order,
                      run->outputs[0], run->inputs[0]);
}

const struct kernel reorder_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_ALL,
    .supports = node_has_no_blocks,
    .run = reorder_run,
};
