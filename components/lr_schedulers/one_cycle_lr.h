/* one_cycle_lr.h: OneCycleLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_ONE_CYCLE_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_ONE_CYCLE_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** How OneCycleLR goes from one rate to another. */
enum anneal_strategy {
    ANNEAL_STRATEGY_COS,
    ANNEAL_STRATEGY_LINEAR,
};

/** One rise to a high rate and a long fall below the first one (Smith and Topin, 2018). As torch.optim.lr_scheduler.OneCycleLR. Name: OneCycleLR. */
struct one_cycle_lr_params {
    /** The highest rate. Range: (0, inf). */
    double max_lr;
    /** How many steps it takes; null: as many as the run has. Default: null. Range: [1, inf). */
    const int64_t *total_steps;
    /** Share of the steps in which the rate rises. Default: 0.3. Range: [0, 1]. */
    double pct_start;
    /** The form of rise and fall. Default: cos. */
    enum anneal_strategy anneal_strategy;
    /** Moves the momentum (Adam: beta1) against the rate, between base_momentum and max_momentum. Default: true. */
    bool cycle_momentum;
    /** Momentum where the rate is highest. Default: 0.85. Range: [0, 1]. */
    double base_momentum;
    /** Momentum where the rate is lowest. Default: 0.95. Range: [0, 1]. */
    double max_momentum;
    /** The first rate is max_lr divided by this. Default: 25. Range: (0, inf). */
    double div_factor;
    /** The last rate is the first one divided by this. Default: 10000. Range: (0, inf). */
    double final_div_factor;
    /** A third phase takes the rate from the first one to the last. Default: false. */
    bool three_phase;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *one_cycle_lr_create(const struct one_cycle_lr_params *params, struct error *error);

#endif
