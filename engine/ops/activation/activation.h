/*
 * activation.h: the kernels of the elementwise activations and of their gradients. (relu has a folder of its own: other
 * operations do it in passing.)
 *
 * activation: input x. activation_backward: inputs gradient of y, x.
 */
#ifndef LRUN_ENGINE_OPS_ACTIVATION_ACTIVATION_H
#define LRUN_ENGINE_OPS_ACTIVATION_ACTIVATION_H

#include "engine/graph/op.h"
#include "engine/ops/ops.h"

struct activation_attributes {
    enum activation kind;
};

extern const struct kernel activation_cpu;
extern const struct kernel activation_cuda;
extern const struct kernel activation_reference;
extern const struct kernel activation_backward_cpu;
extern const struct kernel activation_backward_cuda;
extern const struct kernel activation_backward_reference;

#endif
