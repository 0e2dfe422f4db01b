/* cuda.cu: max(x + y, 0) on any layout, on a GPU. */
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/add_relu/add_relu.h"

ELEMENTWISE(add_relu, x + y < 0 ? 0 : x + y)

const struct kernel add_relu_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = add_relu_run,
};
