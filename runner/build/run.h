/* run.h: the objects of one run, owned together. */
#ifndef LRUN_RUNNER_BUILD_RUN_H
#define LRUN_RUNNER_BUILD_RUN_H

#include "runner/build/run_params.h"

/** The parts of a run, as the config names them. `lr_scheduler` may be NULL. */
struct run {
    struct run_params params;
};

/** Destroys the run and its parts. */
void run_destroy(struct run **run);

#endif
