/* cosine_annealing_lr.c: CosineAnnealingLR. */
#include "components/lr_schedulers/cosine_annealing_lr.h"

#include <math.h>

#include "engine/base/memory.h"

struct cosine_annealing_lr {
    struct lr_scheduler scheduler;
    struct cosine_annealing_lr_params params;
};

static struct lr_point cosine_annealing_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                              const struct lr_horizon *horizon)
{
    const struct cosine_annealing_lr_params *params = &((const struct cosine_annealing_lr *)scheduler)->params;
    int64_t total = params->T_max != NULL ? *params->T_max : lr_horizon_length(horizon, params->interval);
    double cosine = cos(LR_PI * (double)count / (double)total);
    return (struct lr_point){.learning_rate = params->eta_min + (base_rate - params->eta_min) * (1 + cosine) / 2,
                             .momentum = -1};
}

static const struct lr_scheduler_interface cosine_annealing_lr_interface = {
    .at = cosine_annealing_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *cosine_annealing_lr_create(const struct cosine_annealing_lr_params *params, struct error *error)
{
    (void)error;
    struct cosine_annealing_lr *cosine_annealing_lr = memory_allocate(1, sizeof *cosine_annealing_lr);
    cosine_annealing_lr->scheduler.interface = &cosine_annealing_lr_interface;
    cosine_annealing_lr->scheduler.interval = params->interval;
    cosine_annealing_lr->params = *params;
    return &cosine_annealing_lr->scheduler;
}
