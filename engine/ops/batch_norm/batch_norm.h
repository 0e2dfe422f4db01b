/*
 * batch_norm.h: what the kernels of batch_norm and its gradient share.
 *
 * batch_norm: inputs x, weight, bias, running_mean, running_var, batches; outputs y, and the mean and the inverse deviation
 * [c] that it used. batch_norm_apply: inputs x, weight, bias, mean, inverse deviation; output y. batch_norm_backward: inputs x, gradient of y, weight, bias, mean, inverse deviation; outputs the
 * gradients of x, weight and bias. With relu fused, the mask is computed again from x, by the same expression
 * (batch_norm_factor, batch_norm_offset), so that nothing more is stored.
 */
#ifndef LRUN_ENGINE_OPS_BATCH_NORM_BATCH_NORM_H
#define LRUN_ENGINE_OPS_BATCH_NORM_BATCH_NORM_H

#include "engine/base/formula.h"
#include "engine/graph/op.h"
#include "engine/ops/ops.h"

/** What formulas compute in; a file that wants another type defines it before. */
#ifndef REAL
#define REAL float
#endif

/** y = factor * x + offset, rounded after each operation. */
FORMULA REAL batch_norm_factor(REAL weight, REAL inverse_deviation)
{
    return weight * inverse_deviation;
}

FORMULA REAL batch_norm_offset(REAL bias, REAL mean, REAL factor)
{
    return bias - mean * factor;
}

/** The sums of one channel's statistics turned into what the node puts out; updates the running ones when training. */
void batch_norm_finish_channel(const struct kernel_instance *instance, const struct kernel_run *run, int64_t channel,
                               double mean, double variance);

/** Takes the running statistics instead: inference. */
void batch_norm_use_running(const struct kernel_instance *instance, const struct kernel_run *run);

/**
 * The gradient of x is factor * (gradient - a - (x - mean) * b): `a` and `b` from the channel's sums of the gradient and
 * of gradient * (x - mean). Both are 0 in inference, where the statistics do not depend on x.
 */
struct batch_norm_terms {
    double mean;
    double factor;
    double offset;
    double a;
    double b;
};

/** The terms of a channel without its sums, which leave `a` and `b` at 0. `instance` is of batch_norm_backward. */
struct batch_norm_terms batch_norm_mask_terms(const struct kernel_instance *instance, const struct kernel_run *run,
                                              int64_t channel);

/** Writes the gradients of weight and bias of a channel from its two sums, and returns the terms. */
struct batch_norm_terms batch_norm_channel_terms(const struct kernel_instance *instance, const struct kernel_run *run,
                                                 int64_t channel, double sum, double weighted_sum);

extern const struct kernel batch_norm_apply_cpu;
extern const struct kernel batch_norm_apply_cuda;
extern const struct kernel batch_norm_apply_reference;
extern const struct kernel batch_norm_cpu;
extern const struct kernel batch_norm_cuda;
extern const struct kernel batch_norm_reference;
extern const struct kernel batch_norm_backward_cpu;
extern const struct kernel batch_norm_backward_cuda;
extern const struct kernel batch_norm_backward_reference;

#endif
