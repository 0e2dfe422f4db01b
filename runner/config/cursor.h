/*
 * cursor.h: a place in a config that is being changed: what the schema says about it, and where its value hangs.
 *
 * What the config does not say is taken from the defaults on the way down. An item of a list is reached by its place,
 * from 0, or by its type. layer.h changes what stands at a cursor.
 *
 *     struct cursor root = cursor_at_root(&tree, argument), data;
 *     if (cursor_enter(problems, &root, "data", span, &data))
 *         ... *data.slot ...
 */
#ifndef LRUN_RUNNER_CONFIG_CURSOR_H
#define LRUN_RUNNER_CONFIG_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/build/registry.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"

/** The whole config, as a field: what every path begins from. */
extern const struct field run_field;

struct cursor {
    /** NULL at the root; must live as long as the cursor. */
    const struct cursor *parent;
    /** As it was written: "size", "0", "Resize". */
    const char *key;
    /** What the schema says; NULL where it says nothing, because a type is missing or unknown: the check will say so. */
    const struct field *field;
    /** Where the value hangs; it may be NULL: nothing is there yet. */
    struct config_node **slot;
    /** What is laid here: an argument, a file's mapping. What is changed remembers it, and what was there before. */
    struct config_node *written;
};

/** The whole config; the slot is `root`, which may hold NULL. `written` is handed on to what is entered. */
struct cursor cursor_at_root(struct config_node **root, struct config_node *written);

/**
 * Goes down by a key, or by an item's place or type, written at `span`. False after adding a problem. A mapping gets an
 * entry for the key, without a value.
 */
bool cursor_enter(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                  struct cursor *child);

/** "data.train_transforms.0", made fit for a message; "" at the root. */
const char *cursor_path(const struct cursor *cursor, const struct problems *problems);

/** True where the schema wants a list. */
bool cursor_is_list(const struct cursor *cursor);

/** True where the schema wants a component's `type`. */
bool cursor_is_type(const struct cursor *cursor);

/** What stands there, or would by default; an empty place gets null. Never NULL. */
struct config_node *cursor_fill(struct problems *problems, const struct cursor *cursor, struct span span);

/**
 * What stands there as a mapping that may be changed: a component's name becomes its type; another kind of value, which is
 * wrong, is lost. What was there before is remembered as it was.
 */
struct config_node *cursor_fill_map(struct problems *problems, const struct cursor *cursor, struct span span);

/** What stands there as a list that may be changed: a single item becomes one. */
struct config_node *cursor_fill_list(struct problems *problems, const struct cursor *cursor, struct span span);

/** Finds an item of the list at a cursor by its place or type. False after adding a problem. */
bool cursor_find_item(struct problems *problems, const struct cursor *list, const char *key, struct span span,
                      size_t *index);

/** True when the key is the place of an item: "0", "12". */
bool cursor_key_is_index(const char *key, size_t *index);

#endif
