/*
 * optimizers.h: the optimizers' updates over flat arrays. Elementwise, so any number of threads gives the same bits.
 *
 * All arrays have one type. Float32 and what is narrower is computed in float32, and rounded to the arrays' type when it is stored;
 * float64 in float64.
 */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_OPTIMIZERS_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_OPTIMIZERS_H

#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/ops/optimizers/formulas.h"
#include "engine/ops/optimizers/step_state.h"
#include "engine/tensor/numbers.h"

#define OPTIMIZER_MAX_STATES 3

/** The arrays of a step; data is NULL in those that the optimizer has not. */
struct optimizer_arrays {
    /** Whose memory they lie in; NULL: the processor's. */
    struct device *device;
    struct numbers parameters;
    struct numbers gradients;
    /** SGD: the momentum buffer. Adam: the averages of the gradient and of its square, and the largest of those (amsgrad). */
    struct numbers states[OPTIMIZER_MAX_STATES];
    int64_t count;
    /** In the same memory: whether the step is skipped, and what every gradient is multiplied with. NULL: 1. */
    const struct step_state *state;
};

/** One SGD step. The formula's gradient_scale is the state's. */
void optimizers_sgd(const struct sgd_formula *formula, const struct optimizer_arrays *arrays);

/** One Adam or AdamW step, likewise. */
void optimizers_adam(const struct adam_formula *formula, const struct optimizer_arrays *arrays);

#endif
