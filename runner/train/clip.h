/*
 * clip.h: limits for gradients, as torch.nn.utils.clip_grad_norm_ and clip_grad_value_. Gradients are one flat array
 * (engine/graph/parameters.h), so the norm of all is one sum; it is added up in fixed pieces, in double, so that it is the
 * same for any number of threads.
 */
#ifndef LRUN_RUNNER_TRAIN_CLIP_H
#define LRUN_RUNNER_TRAIN_CLIP_H

#include <stdint.h>

#include "engine/tensor/numbers.h"

/** The Euclidean norm; infinite or NaN when an element is. */
double gradients_norm(struct numbers gradients, int64_t count, int threads);

/** The factor that brings gradients of this norm to at most `limit`: min(1, limit / (norm + 1e-6)). */
double clip_norm_factor(double norm, double limit);

/** Multiplies by `scale`, then cuts each element to [-limit, limit]. */
void clip_value(struct numbers gradients, int64_t count, double scale, double limit);

/** to += from. */
void gradients_add(struct numbers to, struct numbers from, int64_t count);

#endif
