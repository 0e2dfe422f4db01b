/*
 * lr_scheduler.h: the learning rate as a pure function of how far the run is. As torch.optim.lr_scheduler.
 *
 * There is no state to save: the rate at a step is computed from the step alone.
 */
#ifndef LRUN_COMPONENTS_LR_SCHEDULERS_LR_SCHEDULER_H
#define LRUN_COMPONENTS_LR_SCHEDULERS_LR_SCHEDULER_H

#include <stddef.h>
#include <stdint.h>

struct lr_scheduler;

/** When the rate changes: Lightning's lr_scheduler_config["interval"]. */
enum lr_interval {
    LR_INTERVAL_EPOCH,
    LR_INTERVAL_STEP,
};

/** How long the run is, as far as the trainer knows; 0 where it has no bound. */
struct lr_horizon {
    int64_t total_epochs;
    int64_t total_steps; /* optimizer steps */
};

/** Half a turn, for the cosines. */
#define LR_PI 3.14159265358979323846

/** The horizon in steps of this interval; 1 where it is not known, so that it can be divided by. */
int64_t lr_horizon_length(const struct lr_horizon *horizon, enum lr_interval interval);

/** What to use for a step. */
struct lr_point {
    double learning_rate;
    /** Negative: the optimizer's own. */
    double momentum;
};

struct lr_scheduler_interface {
    /** The rate after `count` scheduler steps (epochs or optimizer steps, by the interval), for the optimizer's base rate. */
    struct lr_point (*at)(const struct lr_scheduler *scheduler, double base_rate, int64_t count,
                          const struct lr_horizon *horizon);
    /** Frees what it holds and itself. */
    void (*destroy)(struct lr_scheduler *scheduler);
};

/** A scheduler; the first member of every component's own struct. */
struct lr_scheduler {
    const struct lr_scheduler_interface *interface;
    enum lr_interval interval;
};

/** Schedulers that a component has as children (SequentialLR). */
struct lr_scheduler_list {
    struct lr_scheduler **items;
    size_t count;
};

void lr_scheduler_destroy(struct lr_scheduler **scheduler);

/** Destroy for schedulers that hold nothing but themselves. */
void lr_scheduler_free(struct lr_scheduler *scheduler);

#endif
