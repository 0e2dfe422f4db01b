/*
 * accelerator.h: what trainer.accelerator and trainer.devices ask for: which devices a run is on.
 *
 * `auto` is a GPU where one works, else the processor; `gpu` and `cuda` are an error without one.
 */
#ifndef LRUN_RUNNER_TRAIN_ACCELERATOR_H
#define LRUN_RUNNER_TRAIN_ACCELERATOR_H

#include "engine/backends/device.h"
#include "engine/base/text.h"
#include "runner/train/trainer_params.h"

/** Fails with ERROR_CONFIG where this build has not what is asked for, or `devices` cannot be read. Looks for no GPU. */
bool accelerator_check(const struct trainer_params *params, struct error *error);

/** How many GPUs a run could use, with all that they need; when 0, `why` says why (ERROR_CONFIG). */
int accelerator_count_gpus(struct error *why);

/** The backend that a run would be on, on this machine: that of `gpu` whether there is one or not. */
enum backend accelerator_backend(const struct trainer_params *params);

/**
 * Opens all devices, and returns how many: of the processor as many times itself as replicas were asked for. Where `auto` does not
 * get a GPU that a driver is there for, `note` says why. 0 with ERROR_CONFIG when one was demanded that is not there
 * or does not work, ERROR_MEMORY when it is full.
 */
int accelerator_open_all(const struct trainer_params *params, struct device *devices[DEVICES_MAX], struct text *note,
                         struct error *error);

/** Opens the first of them alone. NULL on failure. */
struct device *accelerator_open(const struct trainer_params *params, struct text *note, struct error *error);

/** The processor in their place. Returns how many. */
int accelerator_use_processor(const struct trainer_params *params, struct device *devices[DEVICES_MAX]);

/** How many devices a run would be on, on this machine; with `gpu` on a machine without, how many it asks for. */
int accelerator_count(const struct trainer_params *params);

/** True when nobody said how many GPUs. */
bool accelerator_takes_all(const struct trainer_params *params);

#endif
