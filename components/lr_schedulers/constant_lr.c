/* constant_lr.c: ConstantLR. */
#include "components/lr_schedulers/constant_lr.h"

#include "engine/base/memory.h"

struct constant_lr {
    struct lr_scheduler scheduler;
    struct constant_lr_params params;
};

static struct lr_point constant_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                      const struct lr_horizon *horizon)
{
    const struct constant_lr_params *params = &((const struct constant_lr *)scheduler)->params;
    (void)horizon;
    return (struct lr_point){.learning_rate = count < params->total_iters ? base_rate * params->factor : base_rate,
                             .momentum = -1};
}

static const struct lr_scheduler_interface constant_lr_interface = {
    .at = constant_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *constant_lr_create(const struct constant_lr_params *params, struct error *error)
{
    (void)error;
    struct constant_lr *constant_lr = memory_allocate(1, sizeof *constant_lr);
    constant_lr->scheduler.interface = &constant_lr_interface;
    constant_lr->scheduler.interval = params->interval;
    constant_lr->params = *params;
    return &constant_lr->scheduler;
}
