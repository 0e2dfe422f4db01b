/* operands.h: what may stand where a verb wants something other than a key of the config. */
#ifndef LRUN_RUNNER_COMPLETION_OPERANDS_H
#define LRUN_RUNNER_COMPLETION_OPERANDS_H

#include <stdbool.h>

#include "runner/cli/verb.h"
#include "runner/completion/answer.h"

/** Adds what may stand for the placeholder; `prefix` ("--ckpt_path=") stands before it. Nothing for ARGUMENT_KEY. */
void operand_add(struct answer *answer, enum argument_kind kind, const char *placeholder, const char *prefix);

/**
 * Adds the verbs' next word, where the words so far begin verbs: the first word of each where there are none. Returns
 * whether there is a verb that the words begin and that has more of them.
 */
bool operand_add_verbs(struct answer *answer, const char *const *words, int count);

#endif
