/* checkpoint_state.h: what a checkpoint holds besides arrays, as JSON: for checkpoint.c. */
#ifndef LRUN_RUNNER_TRAIN_CHECKPOINT_STATE_H
#define LRUN_RUNNER_TRAIN_CHECKPOINT_STATE_H

#include "runner/train/session.h"

/** The JSON text; freed with free. NULL with ERROR_RUN when a callback's state is none. */
char *checkpoint_state_save(const struct session *session, struct error *error);

/**
 * Reads it back: numbers, sums and callbacks of the session, the rest of the position (whose epoch, global_step and
 * batches_done are set), and the loggers' positions as a new reference. Fails with ERROR_STORAGE before changing anything
 * but callbacks.
 */
bool checkpoint_state_load(struct session *session, const char *text, struct position *position, json_t **loggers,
                           struct error *error);

/** ModelCheckpoint's best path in the text; the caller frees it. NULL when there is none. */
char *checkpoint_state_find_best(const char *text);

#endif
