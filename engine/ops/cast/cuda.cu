/* cuda.cu: cast between float32 and bfloat16 on any layout, on a GPU. */
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/cast/cast.h"

ELEMENTWISE(cast, x)

const struct kernel cast_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = cast_run,
};
