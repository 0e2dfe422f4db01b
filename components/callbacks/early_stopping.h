/* early_stopping.h: EarlyStopping. */
#ifndef LRUN_COMPONENTS_CALLBACKS_EARLY_STOPPING_H
#define LRUN_COMPONENTS_CALLBACKS_EARLY_STOPPING_H

#include "components/callbacks/callback.h"
#include "components/callbacks/monitor.h"

/** Stops the run when a number no longer improves. As lightning.pytorch.callbacks.EarlyStopping. Name: EarlyStopping. */
struct early_stopping_params {
    /** The logged number to watch: "val_loss". */
    const char *monitor;
    /** A change counts as an improvement only when it is larger than this. Default: 0. Range: [0, inf). */
    double min_delta;
    /** How many checks without improvement are endured. Default: 3. Range: [0, inf). */
    int patience;
    /** Says so at every improvement. Default: false. */
    bool verbose;
    /** Which numbers are better. Default: min. */
    enum monitor_mode mode;
    /** A number that is not logged is an error; otherwise the check is left out. Default: true. */
    bool strict;
    /** Stops when the number is NaN or infinite. Default: true. */
    bool check_finite;
    /** Stops as soon as the number is better than this. Default: null. */
    const double *stopping_threshold;
    /** Stops as soon as the number is worse than this. Default: null. */
    const double *divergence_threshold;
    /** Checks at the end of a training epoch; else at the end of a validation. Default: false. */
    bool check_on_train_epoch_end;
};

/** Makes the callback. Cannot fail. */
struct callback *early_stopping_create(const struct early_stopping_params *params, struct error *error);

#endif
