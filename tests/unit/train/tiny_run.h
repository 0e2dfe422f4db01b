/*
 * tiny_run.h: a whole training run that takes milliseconds: generated images, a linear classifier with a batch norm,
 * SGD with momentum, in a temporary directory. Runs happen in child processes, so that they can be killed.
 */
#ifndef LRUN_TESTS_UNIT_TRAIN_TINY_RUN_H
#define LRUN_TESTS_UNIT_TRAIN_TINY_RUN_H

#include "runner/train/trainer.h"
#include "tests/unit/data/generated_dataset.h"

/** What a test can vary. Zero: 3 epochs of 7 batches of 4 (the last of 2), no augmentation. */
struct tiny_options {
    int64_t epochs;
    int num_workers;
    bool augment;
    int accumulate;
    bool rich; /* schedule, monitors, validation twice an epoch, a checkpoint at every second step */
    bool save_every_step;
    /** Ends the process by SIGKILL, or sends it this signal, at the end of this step (1: the first). 0: never. */
    int64_t kill_at;
    int64_t signal_at;
    int signal;
    double learning_rate;
    bool resume;
    const char *resume_from;
    /** Makes sample 9's pixels infinite. */
    bool poison;
    int fast_dev_run;
    int64_t max_steps;
    /** No file may grow beyond this many bytes; 0: no limit. */
    int64_t file_limit;
    /** Step to step, nothing is logged and nothing saved. */
    bool quiet;
    /** Computes on a device whose memory the host may not touch (tests/unit/far_device.h). */
    bool far;
    /** Replicas; 0: 1. */
    int devices;
    /** Samples; 0: 26. Taken in their order, not shuffled. As one device sees them that has the batches of `dealt` devices. */
    int64_t length;
    bool ordered;
    int dealt;
    /** Weights to begin with. */
    const char *weights;
    /** gradient_clip_val; 0: none. */
    double clip;
    enum gradient_clip_algorithm clip_algorithm;
    enum precision precision;
    /** The loss is so many times the mean cross entropy; 0: once. */
    double loss_factor;
};

/** Calls of malloc and its like between the ends of the steps 9 and 11 of the last run; -1: not counted. */
int tiny_run_allocations(void);

/** How often the host waited for the far device between the ends of the steps 9 and 11 of the last run. */
int tiny_run_waits(void);

/** Runs fit in a child process in `directory`; its exit status (the error's code), or minus the signal that ended it. */
int tiny_run(const char *directory, const struct tiny_options *options);

/** The last error's message of the child. */
const char *tiny_run_message(void);

/** A fresh temporary directory; and its removal. */
char *tiny_directory(void);
void tiny_directory_remove(char *directory);

/** A file of a directory as text; the caller frees it. NULL when it is not there. */
char *tiny_read(const char *directory, const char *name, size_t *size);

#endif
