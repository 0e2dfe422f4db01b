/* linear_lr.h: LinearLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_LINEAR_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_LINEAR_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Moves the rate in a straight line from one factor to another: a warm-up, when it rises. As torch.optim.lr_scheduler.LinearLR. Name: LinearLR. */
struct linear_lr_params {
    /** Factor at the first step. Default: 0.3333333333333333. Range: (0, 1]. */
    double start_factor;
    /** Factor after the last step, and from then on. Default: 1. Range: [0, 1]. */
    double end_factor;
    /** How many steps it takes. Default: 5. Range: [1, inf). */
    int64_t total_iters;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *linear_lr_create(const struct linear_lr_params *params, struct error *error);

#endif
