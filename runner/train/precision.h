/*
 * precision.h: what trainer.precision and float32_matmul_precision mean on a device, which may be one that is only planned for.
 */
#ifndef LRUN_RUNNER_TRAIN_PRECISION_H
#define LRUN_RUNNER_TRAIN_PRECISION_H

#include "engine/backends/device.h"
#include "engine/base/text.h"
#include "runner/train/step.h"
#include "runner/train/trainer_params.h"

/** In what a step computes there, where precision_check let it pass. As in Lightning, 16-mixed is bf16-mixed on the processor. */
struct arithmetic precision_arithmetic(const struct trainer_params *params, const struct device *device);

/** A line for a summary: its name (that of an alias is what it stands for), and what computes in it there. */
void precision_describe(const struct trainer_params *params, const struct device *device, struct text *text);

/** Appends what is computed in instead, where that is not what was asked for. */
void precision_note(const struct trainer_params *params, const struct device *device, struct text *note);

/** Fails with ERROR_CONFIG where this build, or this processor where that computes, cannot compute so. */
bool precision_check(const struct trainer_params *params, const struct device *device, struct error *error);

#endif
