/*
 * signals.h: the user's wish to stop. The first SIGINT, SIGTERM or SIGHUP sets a flag, which long work asks for and the
 * training loop obeys after its step, saving a checkpoint. The second ends the process at once.
 */
#ifndef LRUN_RUNNER_TRAIN_SIGNALS_H
#define LRUN_RUNNER_TRAIN_SIGNALS_H

#include "engine/base/error.h"

/** Starts listening. May be called again. */
void signals_install(void);

/** The first signal that came; 0 while none did. */
int signals_received(void);

/** Forgets the signal that came: for tests, and for a caller that goes on. */
void signals_forget(void);

/** Gives an ERROR_INTERRUPTED that a floor below set the code of the signal that came. Returns false. */
bool signals_set_code(struct error *error);

/** The exit status for the signal that came: ERROR_INTERRUPTED for SIGINT, else ERROR_TERMINATED. */
enum error_code signals_error_code(void);

#endif
