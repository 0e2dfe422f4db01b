/* add_relu.h: the kernels of add_relu. */
#ifndef LRUN_ENGINE_OPS_ADD_RELU_ADD_RELU_H
#define LRUN_ENGINE_OPS_ADD_RELU_ADD_RELU_H

#include "engine/graph/op.h"

extern const struct kernel add_relu_cpu;
extern const struct kernel add_relu_cuda;
extern const struct kernel add_relu_reference;

#endif
