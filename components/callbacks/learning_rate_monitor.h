/* learning_rate_monitor.h: LearningRateMonitor. */
#ifndef LRUN_COMPONENTS_CALLBACKS_LEARNING_RATE_MONITOR_H
#define LRUN_COMPONENTS_CALLBACKS_LEARNING_RATE_MONITOR_H

#include "components/callbacks/callback.h"

/** When LearningRateMonitor logs. */
enum logging_interval {
    LOGGING_INTERVAL_STEP,  /**< With every row of training numbers (log_every_n_steps). */
    LOGGING_INTERVAL_EPOCH, /**< At the start of every epoch. */
};

/** Logs the learning rate as "lr-SGD". As lightning.pytorch.callbacks.LearningRateMonitor. Name: LearningRateMonitor. */
struct learning_rate_monitor_params {
    /** When to log. Default: step. */
    enum logging_interval logging_interval;
    /** Logs the momentum too, as "lr-SGD-momentum". Default: false. */
    bool log_momentum;
};

/** Makes the callback. Cannot fail. */
struct callback *learning_rate_monitor_create(const struct learning_rate_monitor_params *params, struct error *error);

#endif
