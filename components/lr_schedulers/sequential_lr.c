/* sequential_lr.c: one schedule after another. */
#include "components/lr_schedulers/sequential_lr.h"

#include "engine/base/memory.h"

struct sequential_lr {
    struct lr_scheduler scheduler;
    struct sequential_lr_params params;
};

static int64_t left(int64_t total, int64_t start)
{
    return total > start ? total - start : 0;
}

static struct lr_point sequential_lr_at(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                                        const struct lr_horizon *horizon)
{
    const struct sequential_lr_params *params = &((const struct sequential_lr *)scheduler)->params;
    size_t at = 0;
    while (at < params->milestones.count && params->milestones.items[at] <= count)
        at++;
    int64_t start = at > 0 ? params->milestones.items[at - 1] : 0;
    /* In this scheduler's own steps, whichever interval the child names: the child is asked in them. */
    int64_t rest_length = left(lr_horizon_length(horizon, params->interval), start);
    const struct lr_horizon rest = {.total_epochs = rest_length, .total_steps = rest_length};
    const struct lr_scheduler *child = params->schedulers.items[at];
    return child->interface->at(child, base_rate, count - start, &rest);
}

static void sequential_lr_destroy(struct lr_scheduler *scheduler)
{
    struct sequential_lr *sequential = (struct sequential_lr *)scheduler;
    for (size_t i = 0; i < sequential->params.schedulers.count; i++)
        lr_scheduler_destroy(&sequential->params.schedulers.items[i]);
    memory_free(sequential);
}

static const struct lr_scheduler_interface sequential_lr_interface = {
    .at = sequential_lr_at,
    .destroy = sequential_lr_destroy,
};

struct lr_scheduler *sequential_lr_create(const struct sequential_lr_params *params, struct error *error)
{
    size_t schedulers = params->schedulers.count, milestones = params->milestones.count;
    if (schedulers == 0 || milestones != schedulers - 1) {
        error_set(error, ERROR_CONFIG,
                  "wanted one milestone fewer than schedulers, found %zu milestones and %zu schedulers", milestones,
                  schedulers);
        return NULL;
    }
    for (size_t i = 1; i < milestones; i++)
        if (params->milestones.items[i] <= params->milestones.items[i - 1]) {
            error_set(error, ERROR_CONFIG, "wanted milestones that rise, found %lld after %lld",
                      (long long)params->milestones.items[i], (long long)params->milestones.items[i - 1]);
            return NULL;
        }
    struct sequential_lr *sequential = memory_allocate(1, sizeof *sequential);
    sequential->scheduler.interface = &sequential_lr_interface;
    sequential->scheduler.interval = params->interval;
    sequential->params = *params;
    /* A child that was left at its default interval counts what this schedule counts. */
    for (size_t i = 0; i < schedulers; i++)
        sequential->params.schedulers.items[i]->interval = params->interval;
    return &sequential->scheduler;
}
