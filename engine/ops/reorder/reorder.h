/* reorder.h: what the kernels of reorder share. */
#ifndef LRUN_ENGINE_OPS_REORDER_REORDER_H
#define LRUN_ENGINE_OPS_REORDER_REORDER_H

#include "engine/graph/op.h"

/**
 * A layout of [n, c, h, w] seen as channels in blocks of `block` (a divisor of c): element (n, c, p) is at
 * ((n * c_count + c / block * block) * pixels + p * block + c % block. Plain is a block of 1, channels last one of c.
 */
int64_t layout_block(const struct value *value);

extern const struct kernel reorder_cuda;
extern const struct kernel reorder_reference;
extern const struct kernel reorder_tiled;

#endif
