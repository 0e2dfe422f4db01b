/* exponential_lr.h: ExponentialLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_EXPONENTIAL_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_EXPONENTIAL_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Multiplies the rate by gamma at every step. As torch.optim.lr_scheduler.ExponentialLR. Name: ExponentialLR. */
struct exponential_lr_params {
    /** Factor of each step. */
    double gamma;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *exponential_lr_create(const struct exponential_lr_params *params, struct error *error);

#endif
