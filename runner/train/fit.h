/* fit.h: what other files of runner/train ask about how long training goes on. */
#ifndef LRUN_RUNNER_TRAIN_FIT_H
#define LRUN_RUNNER_TRAIN_FIT_H

#include <stdint.h>

#include "runner/train/trainer_params.h"

/** Epochs to train; -1 without limit. */
int64_t fit_max_epochs(const struct trainer_params *params);

/** Optimizer steps to train; -1 without limit. */
int64_t fit_max_steps(const struct trainer_params *params);

#endif
