/*
 * optimizer.h: how parameters follow their gradients. As torch.optim.
 *
 * All parameters lie in one flat array (engine/graph/parameters.h), so a step is one loop. State (momentum, moments) is
 * flat arrays of the same form, owned by the runner, which saves them in checkpoints under their names.
 */
#ifndef LRUN_COMPONENTS_OPTIMIZERS_OPTIMIZER_H
#define LRUN_COMPONENTS_OPTIMIZERS_OPTIMIZER_H

#include <stdint.h>

#include "engine/ops/optimizers/optimizers.h"

struct optimizer;

/** A step whose number arrays.state has: some before it may have been skipped. */
#define OPTIMIZER_STEP_COUNTED (-1)

/** One step's arrays and numbers. */
struct optimizer_step {
    /** `states`: one per name in state_names; zero before the first step. `state`: limits and averages gradients, skips steps. */
    struct optimizer_arrays arrays;
    /** Steps done before this one: 0 in the first. Or OPTIMIZER_STEP_COUNTED. */
    int64_t step;
    double learning_rate;
    /** Replaces SGD's momentum or Adam's first beta (OneCycleLR); negative: the constructor's own. */
    double momentum;
};

struct optimizer_interface {
    /** Names of the states, as PyTorch's state dict calls them ("momentum_buffer", "exp_avg"), ended by NULL. */
    const char *const *(*state_names)(const struct optimizer *optimizer);
    /** The constructor's learning rate, which a scheduler starts from. */
    double (*learning_rate)(const struct optimizer *optimizer);
    /** Updates the parameters and the states. Allocates nothing. */
    void (*step)(const struct optimizer *optimizer, const struct optimizer_step *step);
    void (*destroy)(struct optimizer *optimizer);
};

/** An optimizer; the first member of every component's own struct. */
struct optimizer {
    const struct optimizer_interface *interface;
};

void optimizer_destroy(struct optimizer **optimizer);

#endif
