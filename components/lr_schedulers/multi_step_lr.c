/* multi_step_lr.c: MultiStepLR. */
#include "components/lr_schedulers/multi_step_lr.h"

#include <math.h>

#include "engine/base/memory.h"

struct multi_step_lr {
    struct lr_scheduler scheduler;
    struct multi_step_lr_params params;
};

static struct lr_point multi_step_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                        const struct lr_horizon *horizon)
{
    const struct multi_step_lr_params *params = &((const struct multi_step_lr *)scheduler)->params;
    (void)horizon;
    double passed = 0;
    for (size_t i = 0; i < params->milestones.count; i++)
        passed += params->milestones.items[i] <= count;
    return (struct lr_point){.learning_rate = base_rate * pow(params->gamma, passed), .momentum = -1};
}

static const struct lr_scheduler_interface multi_step_lr_interface = {
    .at = multi_step_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *multi_step_lr_create(const struct multi_step_lr_params *params, struct error *error)
{
    (void)error;
    struct multi_step_lr *multi_step_lr = memory_allocate(1, sizeof *multi_step_lr);
    multi_step_lr->scheduler.interface = &multi_step_lr_interface;
    multi_step_lr->scheduler.interval = params->interval;
    multi_step_lr->params = *params;
    return &multi_step_lr->scheduler;
}
