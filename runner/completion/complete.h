/*
 * complete.h: what the command line at hand may go on with.
 *
 * Never fails and never prints: what cannot be understood is passed over, a config that cannot be read leaves the schema.
 * Of the disk only the configs that the command line names are read; files are left to the shell to find.
 */
#ifndef LRUN_RUNNER_COMPLETION_COMPLETE_H
#define LRUN_RUNNER_COMPLETION_COMPLETE_H

#include "runner/completion/answer.h"

/** Appends to answer->lines what may stand at answer->current; `words` are those between the program's name and it. */
void complete(struct answer *answer, const char *const *words, int count);

#endif
