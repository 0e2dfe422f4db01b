/* relu.h: the kernels of relu and of its gradient. */
#ifndef LRUN_ENGINE_OPS_RELU_RELU_H
#define LRUN_ENGINE_OPS_RELU_RELU_H

#include "engine/graph/op.h"

extern const struct kernel relu_cpu;
extern const struct kernel relu_cuda;
extern const struct kernel relu_reference;
extern const struct kernel relu_backward_cpu;
extern const struct kernel relu_backward_cuda;
extern const struct kernel relu_backward_reference;

#endif
