/*
 * work.h: works through what is left of a sweep, a process for each run.
 *
 * A run is this program again: `lrun fit configs/version_3.yaml --run_directory version_3 --resume`. So one that was begun
 * before goes on from its newest checkpoint, and one that has none starts.
 */
#ifndef LRUN_RUNNER_SWEEP_WORK_H
#define LRUN_RUNNER_SWEEP_WORK_H

#include "runner/sweep/state.h"
#include "runner/train/console.h"

/**
 * Runs every run that is not done; what failed before is tried again. A run that fails is written down and stops nothing.
 * Fails with ERROR_INTERRUPTED or ERROR_TERMINATED after a signal, ERROR_STORAGE when the state cannot be written,
 * ERROR_RUN when no process can be made; the runs have then ended or been saved.
 */
bool sweep_work(struct sweep *sweep, struct console *console, struct error *error);

#endif
