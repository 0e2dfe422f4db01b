/* global_average_pool.h: the kernels of global_average_pool and of its gradient. */
#ifndef LRUN_ENGINE_OPS_GLOBAL_AVERAGE_POOL_GLOBAL_AVERAGE_POOL_H
#define LRUN_ENGINE_OPS_GLOBAL_AVERAGE_POOL_GLOBAL_AVERAGE_POOL_H

#include "engine/graph/op.h"

/** The attribute of the gradient: the shape of x. */
struct global_average_pool_backward_attributes {
    struct shape result;
};

extern const struct kernel global_average_pool_cpu;
extern const struct kernel global_average_pool_cuda;
extern const struct kernel global_average_pool_reference;
extern const struct kernel global_average_pool_backward_cpu;
extern const struct kernel global_average_pool_backward_cuda;
extern const struct kernel global_average_pool_backward_reference;

#endif
