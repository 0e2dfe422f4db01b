/* model_checkpoint.h: ModelCheckpoint. */
#ifndef LRUN_COMPONENTS_CALLBACKS_MODEL_CHECKPOINT_H
#define LRUN_COMPONENTS_CALLBACKS_MODEL_CHECKPOINT_H

#include "components/callbacks/callback.h"
#include "components/callbacks/monitor.h"

/** Saves the run, keeping the best or the latest. As lightning.pytorch.callbacks.ModelCheckpoint. Name: ModelCheckpoint. */
struct model_checkpoint_params {
    /** Folder of the files; null: `checkpoints` in the run directory. Default: null. */
    const char *dirpath;
    /** Name of the files without their ending: text and {epoch}, {step}, {val_loss} or {val_loss:.2f}, which become
     *  "epoch=3", "val_loss=0.25". Default: "{epoch}-{step}". */
    const char *filename;
    /** The logged number that tells which is best; null: the latest is. Default: null. */
    const char *monitor;
    /** Says so at every save. Default: false. */
    bool verbose;
    /** Keeps `last` up to date with the latest save, and with the end of the run. Default: true. */
    bool save_last;
    /** How many of the best to keep: -1 keeps all, 0 none but `last`. Default: 1. Range: [-1, inf). */
    int save_top_k;
    /** Which numbers are better. Default: min. */
    enum monitor_mode mode;
    /** Writes "epoch=3" instead of "3" for {epoch}. Default: true. */
    bool auto_insert_metric_name;
    /** Leaves out everything that only resuming needs. Default: false. */
    bool save_weights_only;
    /** Saves every so many optimizer steps; null: after validations. Default: null. Range: [1, inf). */
    const int64_t *every_n_train_steps;
    /** Saves every so many epochs. Default: 1. Range: [1, inf). */
    int every_n_epochs;
    /** Saves at the end of a training epoch; else at the end of a validation. Default: false. */
    bool save_on_train_epoch_end;
};

/** Makes the callback. Fails with ERROR_CONFIG when the file name has a bad placeholder. */
struct callback *model_checkpoint_create(const struct model_checkpoint_params *params, struct error *error);

#endif
