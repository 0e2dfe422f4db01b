/* learning_rate_monitor.c: logs the learning rate. */
#include "components/callbacks/learning_rate_monitor.h"

#include <stdio.h>

#include "engine/base/memory.h"

struct learning_rate_monitor {
    struct callback callback;
    struct learning_rate_monitor_params params;
};

static bool learning_rate_monitor_log(struct callback *callback, struct run_view *view, enum logging_interval moment)
{
    const struct learning_rate_monitor_params *params = &((struct learning_rate_monitor *)callback)->params;
    char name[SCALAR_NAME_BYTES];
    if (params->logging_interval != moment)
        return true;
    snprintf(name, sizeof name, "lr-%s", view->optimizer_name);
    view->log(view, name, view->learning_rate);
    if (params->log_momentum && view->momentum >= 0) {
        snprintf(name, sizeof name, "lr-%s-momentum", view->optimizer_name);
        view->log(view, name, view->momentum);
    }
    return true;
}

static bool learning_rate_monitor_step(struct callback *callback, struct run_view *view, struct error *error)
{
    (void)error;
    return learning_rate_monitor_log(callback, view, LOGGING_INTERVAL_STEP);
}

static bool learning_rate_monitor_epoch(struct callback *callback, struct run_view *view, struct error *error)
{
    (void)error;
    return learning_rate_monitor_log(callback, view, LOGGING_INTERVAL_EPOCH);
}

static void learning_rate_monitor_destroy(struct callback *callback)
{
    memory_free(callback);
}

static const struct callback_interface learning_rate_monitor_interface = {
    .on_train_step_end = learning_rate_monitor_step,
    .on_train_epoch_start = learning_rate_monitor_epoch,
    .destroy = learning_rate_monitor_destroy,
};

struct callback *learning_rate_monitor_create(const struct learning_rate_monitor_params *params, struct error *error)
{
    (void)error;
    struct learning_rate_monitor *monitor = memory_allocate(1, sizeof *monitor);
    monitor->callback.interface = &learning_rate_monitor_interface;
    monitor->callback.name = "LearningRateMonitor";
    monitor->params = *params;
    return &monitor->callback;
}
