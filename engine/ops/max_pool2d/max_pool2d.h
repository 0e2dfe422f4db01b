/*
 * max_pool2d.h: what the kernels of max_pool2d and of its gradient share.
 *
 * max_pool2d: input x; outputs y and, as uint8 in the shape and layout of y, the number (row * width + column) of the
 * window's pixel that was taken: the first largest, or the last that is not a number, as torch does.
 * max_pool2d_backward: inputs gradient of y, those numbers; output gradient of x.
 */
#ifndef LRUN_ENGINE_OPS_MAX_POOL2D_MAX_POOL2D_H
#define LRUN_ENGINE_OPS_MAX_POOL2D_MAX_POOL2D_H

#include "engine/graph/op.h"
#include "engine/ops/ops.h"

struct max_pool2d_backward_attributes {
    struct pool2d_attributes pool;
    /** Shape of x. */
    struct shape result;
};

extern const struct kernel max_pool2d_cpu;
extern const struct kernel max_pool2d_cuda;
extern const struct kernel max_pool2d_reference;
extern const struct kernel max_pool2d_backward_cpu;
extern const struct kernel max_pool2d_backward_cuda;
extern const struct kernel max_pool2d_backward_reference;

#endif
