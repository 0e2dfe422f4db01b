/*
 * run_params.h: a whole config: the constructor of the run. Its fields are the config's top-level keys.
 *
 * A run owns its children; what it does with them is in run.h.
 */
#ifndef LRUN_RUNNER_BUILD_RUN_PARAMS_H
#define LRUN_RUNNER_BUILD_RUN_PARAMS_H

#include <stdint.h>

#include "engine/base/error.h"

struct run;
struct trainer;
struct model;
struct data_module;
struct optimizer;
struct lr_scheduler;

/** Everything that a run is made of. Name: Config. */
struct run_params {
    /** Seed of all random numbers: the same seed gives the same run. Default: 0. Range: [0, inf). */
    int64_t seed_everything;
    /** How to run: for how long, how often to validate, what to save. Default: Trainer. */
    struct trainer *trainer;
    /** What is trained. */
    struct model *model;
    /** What it is trained on. */
    struct data_module *data;
    /** How the weights follow their gradients. */
    struct optimizer *optimizer;
    /** How the learning rate changes; null keeps the optimizer's. Default: null. */
    struct lr_scheduler *lr_scheduler;
};

/** Makes the run, which takes over its parts. */
struct run *run_create(const struct run_params *params, struct error *error);

#endif
