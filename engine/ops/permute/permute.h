/* permute.h: the kernels of permute. */
#ifndef LRUN_ENGINE_OPS_PERMUTE_PERMUTE_H
#define LRUN_ENGINE_OPS_PERMUTE_PERMUTE_H

#include "engine/graph/op.h"

struct permute_attributes {
    int order[SHAPE_MAX_RANK];
};

/** True when the elements lie in memory as they are wanted: [n, c, h, w] channels last to [n, h, w, c] plain, and back. */
bool permute_is_view(const struct node *node);

extern const struct kernel permute_copy;
extern const struct kernel permute_cuda;
extern const struct kernel permute_reference;

#endif
