/* add.h: the kernels of add. */
#ifndef LRUN_ENGINE_OPS_ADD_ADD_H
#define LRUN_ENGINE_OPS_ADD_ADD_H

#include "engine/graph/op.h"

extern const struct kernel add_cpu;
extern const struct kernel add_cuda;
extern const struct kernel add_reference;

#endif
