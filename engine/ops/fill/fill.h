/* fill.h: the kernels of fill, which has no inputs. */
#ifndef LRUN_ENGINE_OPS_FILL_FILL_H
#define LRUN_ENGINE_OPS_FILL_FILL_H

#include "engine/graph/op.h"

struct fill_attributes {
    enum dtype dtype;
    struct shape shape;
    double number;
};

extern const struct kernel fill_cuda;

#endif
