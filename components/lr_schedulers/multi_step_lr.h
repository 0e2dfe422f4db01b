/* multi_step_lr.h: MultiStepLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_MULTI_STEP_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_MULTI_STEP_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Multiplies the rate by gamma at each milestone. As torch.optim.lr_scheduler.MultiStepLR. Name: MultiStepLR. */
struct multi_step_lr_params {
    /** The steps at which the rate decays. Range: [0, inf). */
    struct int_list milestones;
    /** Factor of each decay. Default: 0.1. */
    double gamma;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *multi_step_lr_create(const struct multi_step_lr_params *params, struct error *error);

#endif
