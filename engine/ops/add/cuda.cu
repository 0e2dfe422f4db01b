/* cuda.cu: x + y on any layout, on a GPU. */
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/add/add.h"

ELEMENTWISE(add, x + y)

const struct kernel add_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = add_run,
};
