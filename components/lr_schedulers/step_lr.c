/* step_lr.c: StepLR. */
#include "components/lr_schedulers/step_lr.h"

#include <math.h>

#include "engine/base/memory.h"

struct step_lr {
    struct lr_scheduler scheduler;
    struct step_lr_params params;
};

static struct lr_point step_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                  const struct lr_horizon *horizon)
{
    const struct step_lr_params *params = &((const struct step_lr *)scheduler)->params;
    (void)horizon;
    int64_t decays = count / params->step_size;
    return (struct lr_point){.learning_rate = base_rate * pow(params->gamma, (double)decays), .momentum = -1};
}

static const struct lr_scheduler_interface step_lr_interface = {
    .at = step_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *step_lr_create(const struct step_lr_params *params, struct error *error)
{
    (void)error;
    struct step_lr *step_lr = memory_allocate(1, sizeof *step_lr);
    step_lr->scheduler.interface = &step_lr_interface;
    step_lr->scheduler.interval = params->interval;
    step_lr->params = *params;
    return &step_lr->scheduler;
}
