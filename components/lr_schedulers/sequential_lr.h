/* sequential_lr.h: SequentialLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_SEQUENTIAL_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_SEQUENTIAL_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** One schedule after another: a warm-up, then a cosine. As torch.optim.lr_scheduler.SequentialLR. Name: SequentialLR. */
struct sequential_lr_params {
    /** The schedules, in order; each counts its steps from its own start. */
    struct lr_scheduler_list schedulers;
    /** The steps at which the next schedule takes over: one fewer than there are schedules. Range: [1, inf). */
    struct int_list milestones;
    /** What a step of the schedules is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Fails with ERROR_CONFIG when the milestones do not fit the schedules or do not rise. */
struct lr_scheduler *sequential_lr_create(const struct sequential_lr_params *params, struct error *error);

#endif
