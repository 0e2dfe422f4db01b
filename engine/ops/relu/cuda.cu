/* cuda.cu: relu and its gradient on any layout, on a GPU. */
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/relu/relu.h"

ELEMENTWISE(relu, x < 0 ? 0 : x)

/* x is the gradient, y the output. */
ELEMENTWISE(relu_backward, y > 0 ? x : 0)

const struct kernel relu_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = relu_run,
};
const struct kernel relu_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = relu_backward_run,
};
