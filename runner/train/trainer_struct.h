/* trainer_struct.h: what a trainer is inside; for the files of runner/train only. */
#ifndef LRUN_RUNNER_TRAIN_TRAINER_STRUCT_H
#define LRUN_RUNNER_TRAIN_TRAINER_STRUCT_H

#include "runner/train/trainer.h"

struct trainer {
    struct trainer_params params;
    /** max_time in seconds; infinite when there is none. */
    double max_seconds;
    /** The array of params.callbacks where one was added; else NULL. */
    struct callback **callbacks;
    /** Set by fit. */
    char *run_directory;
};

/** Reads DD:HH:MM:SS. False when it is not written so. */
bool duration_parse(const char *string, double *seconds);

#endif
