/* one_cycle_lr.c: OneCycleLR. */
#include "components/lr_schedulers/one_cycle_lr.h"

#include <math.h>

#include "engine/base/memory.h"

struct one_cycle_lr {
    struct lr_scheduler scheduler;
    struct one_cycle_lr_params params;
};

/* From one rate to another, until the step `end`. */
struct phase {
    double end;
    double rate[2];
    double momentum[2];
};

static double one_cycle_anneal(const struct one_cycle_lr_params *params, const double from_to[2], double done)
{
    if (params->anneal_strategy == ANNEAL_STRATEGY_LINEAR)
        return from_to[0] + (from_to[1] - from_to[0]) * done;
    return from_to[1] + (from_to[0] - from_to[1]) / 2 * (1 + cos(LR_PI * done));
}

static int one_cycle_phases(const struct one_cycle_lr_params *params, double total, struct phase phases[3])
{
    double first = params->max_lr / params->div_factor, last = first / params->final_div_factor;
    double high = params->max_momentum, low = params->base_momentum;
    double rise = params->pct_start * total;
    phases[0] = (struct phase){rise - 1, {first, params->max_lr}, {high, low}};
    if (params->three_phase) {
        phases[1] = (struct phase){2 * rise - 2, {params->max_lr, first}, {low, high}};
        phases[2] = (struct phase){total - 1, {first, last}, {high, high}};
        return 3;
    }
    phases[1] = (struct phase){total - 1, {params->max_lr, last}, {low, high}};
    return 2;
}

static struct lr_point one_cycle_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                       const struct lr_horizon *horizon)
{
    const struct one_cycle_lr_params *params = &((const struct one_cycle_lr *)scheduler)->params;
    (void)base_rate;
    int64_t total = params->total_steps != NULL ? *params->total_steps : lr_horizon_length(horizon, params->interval);
    struct phase phases[3];
    int phase_count = one_cycle_phases(params, (double)total, phases);
    double start = 0;
    for (int i = 0; i < phase_count; i++) {
        if ((double)count <= phases[i].end || i == phase_count - 1) {
            double length = phases[i].end - start;
            double done = length > 0 ? ((double)count - start) / length : 1.0;
            done = done < 1.0 ? done : 1.0;
            return (struct lr_point){
                .learning_rate = one_cycle_anneal(params, phases[i].rate, done),
                .momentum = params->cycle_momentum ? one_cycle_anneal(params, phases[i].momentum, done) : -1,
            };
        }
        start = phases[i].end;
    }
    return (struct lr_point){.learning_rate = params->max_lr, .momentum = -1};
}

static const struct lr_scheduler_interface one_cycle_lr_interface = {
    .at = one_cycle_lr_at,
    .destroy = lr_scheduler_free,
};

struct lr_scheduler *one_cycle_lr_create(const struct one_cycle_lr_params *params, struct error *error)
{
    (void)error;
    struct one_cycle_lr *one_cycle_lr = memory_allocate(1, sizeof *one_cycle_lr);
    one_cycle_lr->scheduler.interface = &one_cycle_lr_interface;
    one_cycle_lr->scheduler.interval = params->interval;
    one_cycle_lr->params = *params;
    return &one_cycle_lr->scheduler;
}
