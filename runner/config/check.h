/*
 * check.h: a tree against the registry: every problem found, every default filled in.
 *
 * The scalars get their types here, from the field that they are for: `1e-4` is a number where a number is wanted and a
 * text where a text is wanted. After a check without problems the tree is as node.h promises, ready to be bound and to
 * be printed.
 */
#ifndef LRUN_RUNNER_CONFIG_CHECK_H
#define LRUN_RUNNER_CONFIG_CHECK_H

#include "engine/base/arena.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"

/** Checks a whole config and returns the completed tree; to be used only when no problem was added. */
struct config_node *check_run(struct arena *arena, struct config_node *root, struct problems *problems);

/** Adds the problem that `component` has no field `key`; `path` is the key's: "data.batch_sise". */
void check_add_unknown_key(struct problems *problems, struct span span, const char *path, const char *key,
                           const struct component *component);

/** The component that a node names, or that its kind leaves no choice about; NULL when it is not known. */
const struct component *check_find_component(enum component_kind kind, const struct config_node *node);

#endif
