/*
 * cross_entropy.h: the kernels of cross_entropy and of its gradient.
 *
 * cross_entropy: inputs logits, labels; outputs the loss [] and the probabilities [n, classes].
 * cross_entropy_backward: inputs gradient of the loss [], probabilities, labels; output gradient of the logits.
 */
#ifndef LRUN_ENGINE_OPS_CROSS_ENTROPY_CROSS_ENTROPY_H
#define LRUN_ENGINE_OPS_CROSS_ENTROPY_CROSS_ENTROPY_H

#include "engine/graph/op.h"

struct cross_entropy_attributes {
    double label_smoothing;
};

extern const struct kernel cross_entropy_cuda;
extern const struct kernel cross_entropy_reference;
extern const struct kernel cross_entropy_backward_cuda;
extern const struct kernel cross_entropy_backward_reference;

#endif
