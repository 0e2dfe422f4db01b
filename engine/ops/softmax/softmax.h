/* softmax.h: the kernels of softmax and of its gradient (inputs: gradient of y, y). */
#ifndef LRUN_ENGINE_OPS_SOFTMAX_SOFTMAX_H
#define LRUN_ENGINE_OPS_SOFTMAX_SOFTMAX_H

#include "engine/graph/op.h"

extern const struct kernel softmax_cuda;
extern const struct kernel softmax_reference;
extern const struct kernel softmax_backward_cuda;
extern const struct kernel softmax_backward_reference;

#endif
