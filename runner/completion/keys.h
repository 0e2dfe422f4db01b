/*
 * keys.h: what may be said about a config's keys: the keys themselves, and their values.
 *
 * `root` is the config as far as it is known, NULL when it is not.
 */
#ifndef LRUN_RUNNER_COMPLETION_KEYS_H
#define LRUN_RUNNER_COMPLETION_KEYS_H

#include "engine/base/arena.h"
#include "runner/completion/answer.h"
#include "runner/config/config_node.h"

/** Which keys are wanted. */
enum keys_wanted {
    KEYS_TO_SET,  /* "optimizer.lr=": with the sign that a value follows */
    KEYS_TO_DENY, /* flags alone, as behind "--no-" */
    KEYS_TO_NAME, /* "optimizer.lr" */
};

/** Adds the keys below the last '.' of the word at the cursor, from `prefix` ("--", "--no-", "") on. */
void keys_add(struct answer *answer, const struct config_node *root, const char *prefix, enum keys_wanted wanted,
              struct arena *arena);

/** Adds the values of a key; `prefix` ("--optimizer.lr=") stands before each. */
void keys_add_values(struct answer *answer, const struct config_node *root, const char *key, const char *prefix,
                     struct arena *arena);

/** True when the key is one and is true or false, so that no value need follow it. */
bool keys_is_flag(const struct config_node *root, const char *key, struct arena *arena);

#endif
