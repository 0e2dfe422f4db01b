/*
 * dropout.h: the kernels of dropout, which is its own gradient.
 *
 * Inputs x, key (int64 [2]: seed, number of the batch). What is kept follows from the key, the node's stream and the
 * element's place alone, so that the gradient needs no mask, and a resumed run drops the same.
 */
#ifndef LRUN_ENGINE_OPS_DROPOUT_DROPOUT_H
#define LRUN_ENGINE_OPS_DROPOUT_DROPOUT_H

#include "engine/graph/op.h"

struct dropout_attributes {
    /** Share of elements that become 0. */
    double p;
    /** Tells this dropout's draws from those of others in the graph. */
    uint64_t stream;
};

extern const struct kernel dropout_cpu;
extern const struct kernel dropout_cuda;
extern const struct kernel dropout_reference;

#endif
