/* polynomial_lr.c: PolynomialLR. */
#include "components/lr_schedulers/polynomial_lr.h"

#include <math.h>

#include "engine/base/memory.h"

struct polynomial_lr {
    struct lr_scheduler scheduler;
    struct polynomial_lr_params params;
};

static struct lr_point polynomial_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                        const struct lr_horizon *horizon)
{
    const struct polynomial_lr_params *params = &((const struct polynomial_lr *)scheduler)->params;
    int64_t total = params->total_iters != NULL ? *params->total_iters : lr_horizon_length(horizon, params->interval);
    double left = count < total ? 1.0 - (double)count / (double)total : 0.0;
    return (struct lr_point){.learning_rate = base_rate * pow(left, params->power), .momentum = -1};
}

static const struct lr_scheduler_interface polynomial_lr_interface = {
    .at = polynomial_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *polynomial_lr_create(const struct polynomial_lr_params *params, struct error *error)
{
    (void)error;
    struct polynomial_lr *polynomial_lr = memory_allocate(1, sizeof *polynomial_lr);
    polynomial_lr->scheduler.interface = &polynomial_lr_interface;
    polynomial_lr->scheduler.interval = params->interval;
    polynomial_lr->params = *params;
    return &polynomial_lr->scheduler;
}
