/* cosine_annealing_lr.h: CosineAnnealingLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_COSINE_ANNEALING_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_COSINE_ANNEALING_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Lowers the rate along half a cosine (SGDR, Loshchilov and Hutter, 2017). As torch.optim.lr_scheduler.CosineAnnealingLR. Name: CosineAnnealingLR. */
struct cosine_annealing_lr_params {
    /** How many steps it takes; null: as many as the run has. Default: null. Range: [1, inf). */
    const int64_t *T_max;
    /** The lowest rate. Default: 0. Range: [0, inf). */
    double eta_min;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *cosine_annealing_lr_create(const struct cosine_annealing_lr_params *params, struct error *error);

#endif
