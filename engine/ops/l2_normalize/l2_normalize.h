/*
 * l2_normalize.h: the kernels of l2_normalize and of its gradient.
 *
 * l2_normalize: inputs x, weight. l2_normalize_backward: inputs gradient of y, x, weight; outputs gradients of x and weight.
 * As torch.nn.functional.normalize, a pixel is divided by max(length, epsilon); below epsilon the length counts as constant.
 */
#ifndef LRUN_ENGINE_OPS_L2_NORMALIZE_L2_NORMALIZE_H
#define LRUN_ENGINE_OPS_L2_NORMALIZE_L2_NORMALIZE_H

#include "engine/graph/op.h"

struct l2_normalize_attributes {
    double epsilon;
};

/** Not plain. */
extern const struct kernel l2_normalize_cpu;
extern const struct kernel l2_normalize_backward_cpu;

extern const struct kernel l2_normalize_cuda;
extern const struct kernel l2_normalize_reference;
extern const struct kernel l2_normalize_backward_cuda;
extern const struct kernel l2_normalize_backward_reference;

#endif
