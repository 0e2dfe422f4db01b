/*
 * gpus.h: the GPUs that the runs of a sweep are given, one each.
 *
 *     struct gpus gpus;
 *     gpus_init(&gpus);
 *     if (gpus.count > 0)
 *         gpus.names[slot % gpus.count]    "2", "GPU-8932f937-d72c": what CUDA_VISIBLE_DEVICES is to be
 *     gpus_finish(&gpus);
 */
#ifndef LRUN_RUNNER_SWEEP_GPUS_H
#define LRUN_RUNNER_SWEEP_GPUS_H

#include <stddef.h>

#include "engine/base/arena.h"

/** The variable that says which GPUs a process may use, and in which order. */
#define GPUS_VARIABLE "CUDA_VISIBLE_DEVICES"

/** GPUs by the names that CUDA_VISIBLE_DEVICES has for them. */
struct gpus {
    struct arena arena;
    const char **names;
    size_t count;
};

/**
 * Finds those that this process may use; none where NVIDIA's driver is not there. By what the driver says in files, not by
 * device_count: a sweep only starts processes and waits, and would hold the driver and its memory for as long.
 */
void gpus_init(struct gpus *gpus);
void gpus_finish(struct gpus *gpus);

/**
 * As gpus_init, for tests too: of `visible` (the variable's value; NULL: not set) those before the first that is no name, as CUDA
 * reads it; else 0, 1, ... for each entry of `folder`, which the driver keeps.
 */
void gpus_init_from(struct gpus *gpus, const char *visible, const char *folder);

#endif
