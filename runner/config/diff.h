/*
 * diff.h: in what two configs differ, by what they mean: defaults included, `1e-3` the same as `0.001`.
 *
 *     struct config_changes changes = {.arena = &arena};
 *     config_diff(old.root, new.root, &changes);
 *
 * Items of a list of components are aligned by their types, so that a transform more is one change.
 */
#ifndef LRUN_RUNNER_CONFIG_DIFF_H
#define LRUN_RUNNER_CONFIG_DIFF_H

#include <jansson.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/text.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"

/** One key with two values. */
struct config_change {
    /** As an override names it: "data.train_transforms.Resize.size". */
    const char *key;
    /** NULL: it is not there. */
    const struct config_node *before;
    const struct config_node *after;
    /** What the key is for; NULL for a component's type. */
    const struct field *field;
};

/** Every change, in the order of the declarations; in the arena. */
struct config_changes {
    struct arena *arena;
    struct config_change *items;
    size_t count;
    size_t capacity;
};

/** Compares two complete trees (config_node.h), which must live as long as the changes. */
void config_diff(const struct config_node *before, const struct config_node *after, struct config_changes *changes);

/** Appends a line for each: "optimizer.lr: 0.1 -> 0.01"; what is not there is "(none)". */
void config_changes_format(const struct config_changes *changes, struct text *text);

/** Them as JSON, a new reference; and appended as text: [{"key": "optimizer.lr", "before": 0.1, "after": 0.01}]; what is not there has no key. */
json_t *config_changes_describe(const struct config_changes *changes);
void config_changes_format_json(const struct config_changes *changes, struct text *json);

#endif
