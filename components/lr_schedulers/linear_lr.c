/* linear_lr.c: LinearLR. */
#include "components/lr_schedulers/linear_lr.h"

#include "engine/base/memory.h"

struct linear_lr {
    struct lr_scheduler scheduler;
    struct linear_lr_params params;
};

static struct lr_point linear_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                    const struct lr_horizon *horizon)
{
    const struct linear_lr_params *params = &((const struct linear_lr *)scheduler)->params;
    (void)horizon;
    double done = count < params->total_iters ? (double)count / (double)params->total_iters : 1.0;
    return (struct lr_point){
        .learning_rate = base_rate * (params->start_factor + (params->end_factor - params->start_factor) * done),
        .momentum = -1};
}

static const struct lr_scheduler_interface linear_lr_interface = {
    .at = linear_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *linear_lr_create(const struct linear_lr_params *params, struct error *error)
{
    (void)error;
    struct linear_lr *linear_lr = memory_allocate(1, sizeof *linear_lr);
    linear_lr->scheduler.interface = &linear_lr_interface;
    linear_lr->scheduler.interval = params->interval;
    linear_lr->params = *params;
    return &linear_lr->scheduler;
}
