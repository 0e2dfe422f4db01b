/* scale.h: the kernels of scale. */
#ifndef LRUN_ENGINE_OPS_SCALE_SCALE_H
#define LRUN_ENGINE_OPS_SCALE_SCALE_H

#include "engine/graph/op.h"

struct scale_attributes {
    double factor;
};

extern const struct kernel scale_cpu;
extern const struct kernel scale_cuda;
extern const struct kernel scale_reference;

#endif
