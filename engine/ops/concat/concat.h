/* concat.h: the kernels of concat, and of slice, which takes one piece back out. */
#ifndef LRUN_ENGINE_OPS_CONCAT_CONCAT_H
#define LRUN_ENGINE_OPS_CONCAT_CONCAT_H

#include "engine/graph/op.h"

struct concat_attributes {
    int axis;
};

/** Elements `start` to `start + size` along `axis`. */
struct slice_attributes {
    int axis;
    int64_t start;
    int64_t size;
};

extern const struct kernel concat_cuda;
extern const struct kernel concat_reference;
extern const struct kernel slice_cuda;
extern const struct kernel slice_reference;

#endif
