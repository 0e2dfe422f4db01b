/* step_lr.h: StepLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_STEP_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_STEP_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Multiplies the rate by gamma every step_size steps. As torch.optim.lr_scheduler.StepLR. Name: StepLR. */
struct step_lr_params {
    /** Steps between two decays. Range: [1, inf). */
    int64_t step_size;
    /** Factor of each decay. Default: 0.1. */
    double gamma;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *step_lr_create(const struct step_lr_params *params, struct error *error);

#endif
