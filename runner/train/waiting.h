/*
 * waiting.h: how the threads of a step wait for each other.
 *
 * libgomp's threads spin for milliseconds at the end of each parallel loop. Alone on a machine that costs nothing; beside
 * other work the spinning thread keeps the one that it waits for from the processor, and a step takes five times as long
 * (docs/decisions/0006-threads-that-wait-briefly.md). libgomp reads its setting before main, so that the program starts
 * itself anew with it.
 */
#ifndef LRUN_RUNNER_TRAIN_WAITING_H
#define LRUN_RUNNER_TRAIN_WAITING_H

/**
 * Starts the program anew, as the same process, with threads that spin for some hundred microseconds and then sleep. Returns where
 * the environment says already how threads wait (OMP_WAIT_POLICY, GOMP_SPINCOUNT), and where it cannot be done.
 */
void waiting_make_brief(char *const arguments[]);

#endif
