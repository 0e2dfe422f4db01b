/* permute.h: the kernels of permute. */
#ifndef LRUN_ENGINE_OPS_PERMUTE_PERMUTE_H
#define LRUN_ENGINE_OPS_PERMUTE_PERMUTE_H

#include "engine/graph/op.h"

struct permute_attributes {
    int order[SHAPE_MAX_RANK];
};

extern const struct kernel permute_reference;

#endif
