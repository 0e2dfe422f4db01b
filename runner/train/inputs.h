/*
 * inputs.h: a batch becomes the inputs of a program, by their names (batch_find): written from the host, or, where the loader has
 * put a copy of the batch on the device, by the device itself, which also does what is still to be done to bytes of images.
 */
#ifndef LRUN_RUNNER_TRAIN_INPUTS_H
#define LRUN_RUNNER_TRAIN_INPUTS_H

#include "components/datasets/batch.h"
#include "engine/graph/program.h"

/** What a step gives besides a batch. */
struct step_inputs {
    /** For DROPOUT_KEY: what dropout draws from. */
    int64_t dropout_key[2];
    /** For LOSS_SCALE; in the device's memory. */
    const float *loss_scale;
};

/**
 * Gives every input of the graph its elements. The batch may be changed when its copy has arrived, or, where it has none, at once.
 * Fails with ERROR_DATA when it has not what the model takes.
 */
bool inputs_write(struct program *program, struct device *device, const struct graph *graph, const struct batch *batch,
                  const struct step_inputs *besides, struct error *error);

#endif
