/*
 * variables.h: variables of the environment change the config: LRUN_TRAINER__MAX_EPOCHS=5.
 *
 * Behind LRUN_ stands a key in any case, with '__' for its points. They are applied before the command line, in the order
 * of their names, as overrides (override.h). A name with '__' that is no key is a problem, and so is one that is nearly a
 * key of the config; other names (LRUN_THREADS) are somebody else's.
 */
#ifndef LRUN_RUNNER_CONFIG_VARIABLES_H
#define LRUN_RUNNER_CONFIG_VARIABLES_H

#include "runner/config/compose.h"

/** Applies the variables ("NAME=value", ended by NULL; NULL: none) to the tree and returns its root. Lent. */
struct config_node *variables_apply(struct composer *composer, struct config_node *root,
                                    const char *const *environment);

/** The value of a variable; NULL when it is not set. `environment` may be NULL. */
const char *variables_find(const char *const *environment, const char *name);

#endif
