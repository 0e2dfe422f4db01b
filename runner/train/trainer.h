/*
 * trainer.h: the loops of a run. As Lightning's Trainer.
 *
 * The parameters are in trainer_params.h. A trainer knows how to run; what is run comes in a struct run_parts:
 *
 *     struct run_parts parts = {.model = model, .data = data, .optimizer = optimizer, .seed = 42, ...};
 *     trainer_fit(trainer, &parts, &error);
 *
 * Its place in the house: runner/train/.
 */
#ifndef LRUN_RUNNER_TRAIN_TRAINER_H
#define LRUN_RUNNER_TRAIN_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "components/datamodules/data_module.h"
#include "components/lr_schedulers/lr_scheduler.h"
#include "components/models/model.h"
#include "components/optimizers/optimizer.h"
#include "engine/backends/device.h"
#include "engine/base/text.h"
#include "runner/train/console.h"
#include "runner/train/prediction_writer.h"
#include "runner/train/provenance.h"
#include "runner/train/trainer_params.h"

/** What a run is about. Everything is lent and outlives the call. */
struct run_parts {
    struct model *model;
    struct data_module *data;
    /** Only fit needs one. */
    struct optimizer *optimizer;
    /** NULL: the optimizer's own rate throughout. */
    struct lr_scheduler *lr_scheduler;
    /** What computes; NULL: what trainer.accelerator names. */
    struct device *device;
    uint64_t seed;
    /** The resolved config, for config.yaml and for checkpoints. */
    const char *config_text;
    /** The command line as the user could type it again. */
    const char *command_line;
    /** Where the config names each stage of trainer.activation_checkpointing; NULL: nobody knows. */
    const struct mark *stage_marks;
    /** What the config was made from; NULL: nobody knows. */
    const struct provenance *provenance;
    /**
     * Go on from the newest good checkpoint under default_root_dir, or in own_directory where there is one; from the start
     * where there is none.
     */
    bool resume_newest;
    /** fit: the run directory to train in, made when it is not there; NULL: the next version_N under default_root_dir. */
    const char *own_directory;
    /** validate, test, predict: FILE, URL, "best" or "last"; NULL: the model as it is (fresh, or from its `weights`). */
    const char *checkpoint_path;
    /** validate, test, predict: where "best" and "last" are looked for; NULL: the newest run under default_root_dir. */
    const char *run_directory;
    /** "SGD": the optimizer's component name, for what is logged ("lr-SGD"). NULL: "optimizer". */
    const char *optimizer_name;
    /** Where everything is shown; NULL: nowhere. */
    struct console *console;
};

void trainer_destroy(struct trainer **trainer);

/** Trains. Fails with the code of what went wrong; ERROR_INTERRUPTED or ERROR_TERMINATED after a signal, checkpoint saved. */
bool trainer_fit(struct trainer *trainer, const struct run_parts *parts, struct error *error);

/** Runs the validation or the test loop once, and sets the numbers in `metrics`. */
bool trainer_validate(struct trainer *trainer, const struct run_parts *parts, struct scalars *metrics,
                      struct error *error);
bool trainer_test(struct trainer *trainer, const struct run_parts *parts, struct scalars *metrics, struct error *error);

/** Runs the model over the prediction data and hands every batch to each writer. */
bool trainer_predict(struct trainer *trainer, const struct run_parts *parts, struct prediction_writer *const writers[],
                     int writer_count, struct error *error);

/** Builds model and data as fit would, without reading the data, and writes the summary into `text`. */
bool trainer_check(struct trainer *trainer, const struct run_parts *parts, struct text *text, struct error *error);

/** The run directory of the last fit; NULL before. Lent. */
const char *trainer_run_directory(const struct trainer *trainer);

#endif
