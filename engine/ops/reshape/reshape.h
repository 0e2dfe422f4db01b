/* reshape.h: the kernels of reshape. */
#ifndef LRUN_ENGINE_OPS_RESHAPE_RESHAPE_H
#define LRUN_ENGINE_OPS_RESHAPE_RESHAPE_H

#include "engine/graph/op.h"

struct reshape_attributes {
    struct shape shape;
};

extern const struct kernel reshape_cuda;
extern const struct kernel reshape_reference;

#endif
