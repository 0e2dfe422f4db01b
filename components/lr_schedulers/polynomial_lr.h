/* polynomial_lr.h: PolynomialLR. */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_POLYNOMIAL_LR_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_POLYNOMIAL_LR_H

#include "components/lr_schedulers/lr_scheduler.h"
#include "engine/base/error.h"
#include "engine/base/params.h"

/** Lowers the rate to zero as a power of what is left. As torch.optim.lr_scheduler.PolynomialLR. Name: PolynomialLR. */
struct polynomial_lr_params {
    /** How many steps it takes; null: as many as the run has. Default: null. Range: [1, inf). */
    const int64_t *total_iters;
    /** The power. Default: 1. */
    double power;
    /** What a step of the schedule is: an epoch, or an optimizer step. Default: epoch. */
    enum lr_interval interval;
};

/** Makes the scheduler. Cannot fail. */
struct lr_scheduler *polynomial_lr_create(const struct polynomial_lr_params *params, struct error *error);

#endif
