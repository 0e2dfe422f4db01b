/* cast.h: the kernels of cast: the same numbers in another floating type. Inserted by passes, never by models. */
#ifndef LRUN_ENGINE_OPS_CAST_CAST_H
#define LRUN_ENGINE_OPS_CAST_CAST_H

#include "engine/graph/op.h"

struct cast_attributes {
    enum dtype dtype;
};

extern const struct kernel cast_cpu;
extern const struct kernel cast_cuda;
extern const struct kernel cast_reference;

#endif
