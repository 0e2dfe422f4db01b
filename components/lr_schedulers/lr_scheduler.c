/* lr_scheduler.c: the learning rate as a pure function of how far the run is. */
#include "components/lr_schedulers/lr_scheduler.h"

#include <stddef.h>

#include "engine/base/memory.h"

void lr_scheduler_destroy(struct lr_scheduler **scheduler)
{
    if (*scheduler != NULL)
        (*scheduler)->interface->destroy(*scheduler);
    *scheduler = NULL;
}

void lr_scheduler_free(struct lr_scheduler *scheduler)
{
    memory_free(scheduler);
}

int64_t lr_horizon_length(const struct lr_horizon *horizon, enum lr_interval interval)
{
    int64_t length = interval == LR_INTERVAL_EPOCH ? horizon->total_epochs : horizon->total_steps;
    return length > 0 ? length : 1;
}
