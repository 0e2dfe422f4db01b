/*
 * run_state.h: how far a run came, and how it ended: version_N/state.json.
 *
 * It says "running" from before the first step until the end. A process that was killed leaves it so, but not the lock:
 * that is how a run that was killed is told from one that goes on.
 *
 *     struct run_state state;
 *     run_state_load("lightning_logs/version_3", &state);
 *     puts(run_phase_name(state.phase));
 */
#ifndef LRUN_RUNNER_TRAIN_RUN_STATE_H
#define LRUN_RUNNER_TRAIN_RUN_STATE_H

#include <stdint.h>

#include "engine/base/error.h"

enum run_phase {
    RUN_UNKNOWN, /* the directory does not say: another program made it, or it is damaged */
    RUN_RUNNING,
    RUN_FINISHED,
    RUN_STOPPED, /* by a signal */
    RUN_FAILED,
    RUN_KILLED, /* the process is gone without a word */
};

struct run_state {
    enum run_phase phase;
    /** Of the process that ended; 0 while none has. */
    enum error_code status;
    /** Why it stopped or failed; "" otherwise. */
    char message[1024];
    /** Epochs begun and optimizer steps done; -1: not known, or not yet. */
    int64_t epochs;
    int64_t steps;
    /** When it ended, as "2026-11-26T21:25:03Z"; "" before. */
    char ended[32];
};

/** Now, as "2026-11-26T21:25:03Z". */
void run_state_format_now(char text[32]);

/** Writes it into a run directory, durably. Fails with ERROR_STORAGE. */
bool run_state_save(const char *directory, const struct run_state *state, struct error *error);

/** Reads it. What is not there, or is damaged, is RUN_UNKNOWN; RUN_RUNNING only while a process holds the lock. */
void run_state_load(const char *directory, struct run_state *state);

/** "finished". */
const char *run_phase_name(enum run_phase phase);

#endif
