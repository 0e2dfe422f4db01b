/*
 * config_node.h: a config as a tree: what the user wrote, each piece with its place.
 *
 * yaml.h makes it from text, override.h changes it from the command line, check.h completes it, the binder reads it.
 * Everything lives in the config's arena.
 *
 * After the check a component is always a mapping, with `component` set, an entry for `type` (not for the run and the
 * trainer) and one for each field in the order of the declaration, defaults filled in; a list field is always a list; a
 * scalar's text is in the form that the field's type reads: integers in decimal, `true`/`false`, null is NODE_NULL.
 *
 *     struct config_node *size = config_node_find(transform, "size");
 *     for (size_t i = 0; i < size->count; i++)
 *         puts(size->items[i]->text);
 */
#ifndef LRUN_RUNNER_CONFIG_CONFIG_NODE_H
#define LRUN_RUNNER_CONFIG_CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/mark.h"
#include "engine/base/text.h"

struct component;

enum node_kind {
    NODE_NULL,
    NODE_SCALAR,
    NODE_LIST,
    NODE_MAP,
};

/** A place and how many bytes of the line it takes; at least 1 unless nowhere. */
struct span {
    struct mark mark;
    int width;
    /** Where what stands there was written, when a reference stands there; NULL when not. */
    const struct origin *origin;
};

/** What a reference stands for. */
struct origin {
    /** "${data.batch_size}". */
    const char *reference;
    /** Nowhere: it is a default. */
    struct span target;
};

/** One `key: value` of a mapping. */
struct entry {
    const char *key;
    struct span span; /* of the key */
    struct config_node *value;
};

/** A value. Zero is null, nowhere: a default. */
struct config_node {
    enum node_kind kind;
    /** Where it was written; mark.source is NULL for what comes from a default. */
    struct span span;
    /** NODE_SCALAR: what was written, without its quotes. */
    const char *text;
    /** NODE_SCALAR: it is a string by its quotes; printing quotes it again. */
    bool is_quoted;
    /** NODE_LIST. */
    struct config_node **items;
    /** NODE_MAP, in the order of writing; keys are unique. */
    struct entry *entries;
    /** Of the items or entries. */
    size_t count;
    size_t capacity;
    /** What the node makes; set by the check on every component's mapping, NULL on everything else. */
    const struct component *component;
    /** References in it are resolved; and one of them went wrong, which is reported. */
    bool is_resolved;
    bool is_wrong;
    /** What stood in this place before, which has such a memory too; NULL: nothing. Only for explaining. */
    struct config_node *replaced;
    /** What was written here, where the node is more than that: what was laid over `replaced`, an argument; or NULL. */
    struct config_node *written;
};

/** A new empty node. */
struct config_node *config_node_create(struct arena *arena, enum node_kind kind, struct span span);

/** A new scalar; the text is copied. */
struct config_node *config_node_create_scalar(struct arena *arena, const char *text, bool is_quoted, struct span span);

/** The value of a mapping's key; NULL when it has none, or when the node is no mapping. */
struct config_node *config_node_find(const struct config_node *map, const char *key);

/** The value at a path of keys ("trainer.max_epochs"); NULL when there is none. */
struct config_node *config_node_find_path(const struct config_node *map, const char *path);

/** The entry of a mapping's key; NULL when it has none, or when the node is no mapping. */
struct entry *config_node_find_entry(const struct config_node *map, const char *key);

/** Sets a mapping's key, in its old place when it is there already. The key is copied. */
void config_node_set(struct arena *arena, struct config_node *map, const char *key, struct span span,
                     struct config_node *value);

/** Adds an item to the end of a list. */
void config_node_append(struct arena *arena, struct config_node *list, struct config_node *item);

/** A deep copy; each node of it takes one from the budget. NULL when the budget is spent. */
struct config_node *config_node_copy(struct arena *arena, const struct config_node *node, size_t *budget);

/** Makes a node remember what stood in its place. `old` may be NULL. */
void config_node_replace(struct config_node *node, struct config_node *old);

/** A node of the same kind with the same children, written at `span`: to be changed, while `old`, which it replaces, stays. */
struct config_node *config_node_create_after(struct arena *arena, struct config_node *old, struct span span);

/** A component's name as a mapping with a type alone. */
struct config_node *config_node_spell_out(struct arena *arena, struct config_node *name);

/** True for the spellings of null: "", "~", "null", "Null", "NULL". */
bool config_node_text_is_null(const char *text);

/** Appends the tree as YAML, which parses to the same tree. */
void config_node_format(const struct config_node *node, struct text *yaml);

/** Appends the tree as YAML in one line, without a newline: "{type: SGD, lr: 0.1}". */
void config_node_format_line(const struct config_node *node, struct text *yaml);

#endif
