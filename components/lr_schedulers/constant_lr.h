/* constant_lr.h: ConstantLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_CONSTANT_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_CONSTANT_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Multiplies the rate by a factor for the first steps. As torch.optim.lr_scheduler.ConstantLR. Name: ConstantLR. */
struct constant_lr_params {
    /** Factor of the first steps. Default: 0.3333333333333333. Range: [0, 1]. */
    double factor;
    /** How many steps it holds. Default: 5. Range: [0, inf). */
    int64_t total_iters;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *constant_lr_create(const struct constant_lr_params *params, struct error *error);

#endif
