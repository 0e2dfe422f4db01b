/*
 * callback.h: what happens at the trainer's moments, besides training. As Lightning's Callback.
 *
 * A callback sees the run through `struct run_view` and asks for things through it: it never knows the trainer.
 * Its state (best scores, counters) travels in checkpoints as a JSON value.
 */
#ifndef LRUN_COMPONENTS_CALLBACKS_CALLBACK_H
#define LRUN_COMPONENTS_CALLBACKS_CALLBACK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "components/scalars.h"
#include "engine/base/error.h"

struct callback;

/** The run as callbacks see it. The trainer fills it before every call. */
struct run_view {
    int64_t epoch;
    /** Optimizer steps done. */
    int64_t global_step;
    /** Seconds that this process has trained, by the monotonic clock. */
    double seconds;
    double learning_rate;
    /** Momentum in use; negative when the optimizer has none of its own to show. */
    double momentum;
    /** "SGD": the optimizer's component name. */
    const char *optimizer_name;
    /**
     * The latest value of every logged number, with its stage prefix: "val_map_50". At the end of a step those of the training may
     * be older: see refresh.
     */
    const struct scalars *metrics;
    /** version_N. */
    const char *run_directory;
    bool sanity_checking;
    /** A smoke test (fast_dev_run): nothing is to be written. */
    bool fast_dev_run;
    /** Asks the trainer to stop after this step; the reason is for the user. */
    void (*stop)(struct run_view *view, const char *reason);
    /** Logs a number with the step's others. */
    void (*log)(struct run_view *view, const char *name, double number);
    /** Saves a checkpoint durably under this path. Fails with ERROR_STORAGE. */
    bool (*save)(struct run_view *view, const char *path, bool weights_only, struct error *error);
    /** Brings `metrics` up to this step, which may wait for it. Fails with ERROR_NUMERIC when the step was not finite. */
    bool (*refresh)(struct run_view *view, struct error *error);
    /** One line for the user. */
    void (*note)(struct run_view *view, const char *line);
};

/** The moments; every one may be NULL. A failure stops the run. */
struct callback_interface {
    bool (*on_fit_start)(struct callback *callback, struct run_view *view, struct error *error);
    bool (*on_train_step_end)(struct callback *callback, struct run_view *view, struct error *error);
    bool (*on_train_epoch_start)(struct callback *callback, struct run_view *view, struct error *error);
    bool (*on_train_epoch_end)(struct callback *callback, struct run_view *view, struct error *error);
    bool (*on_validation_end)(struct callback *callback, struct run_view *view, struct error *error);
    bool (*on_fit_end)(struct callback *callback, struct run_view *view, struct error *error);
    /** The state for a checkpoint, a new reference; and back. */
    json_t *(*save_state)(const struct callback *callback);
    bool (*load_state)(struct callback *callback, const json_t *state, struct error *error);
    void (*destroy)(struct callback *callback);
};

/** A callback; the first member of every component's own struct. */
struct callback {
    const struct callback_interface *interface;
    /** "ModelCheckpoint": set by the constructor; with its position it names the state in a checkpoint. */
    const char *name;
};

struct callback_list {
    struct callback **items;
    size_t count;
};

void callback_destroy(struct callback **callback);

#endif
