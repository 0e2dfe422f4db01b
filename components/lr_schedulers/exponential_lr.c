/* exponential_lr.c: ExponentialLR. */
#include "components/lr_schedulers/exponential_lr.h"

#include <math.h>

#include "engine/base/memory.h"

struct exponential_lr {
    struct lr_scheduler scheduler;
    struct exponential_lr_params params;
};

static struct lr_point exponential_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                         const struct lr_horizon *horizon)
{
    const struct exponential_lr_params *params = &((const struct exponential_lr *)scheduler)->params;
    (void)horizon;
    return (struct lr_point){.learning_rate = base_rate * pow(params->gamma, (double)count), .momentum = -1};
}

static const struct lr_scheduler_interface exponential_lr_interface = {
    .at = exponential_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *exponential_lr_create(const struct exponential_lr_params *params, struct error *error)
{
    (void)error;
    struct exponential_lr *exponential_lr = memory_allocate(1, sizeof *exponential_lr);
    exponential_lr->scheduler.interface = &exponential_lr_interface;
    exponential_lr->scheduler.interval = params->interval;
    exponential_lr->params = *params;
    return &exponential_lr->scheduler;
}
