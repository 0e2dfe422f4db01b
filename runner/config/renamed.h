/*
 * renamed.h: names that others use and we do not, Lightning's above all: what they are here, or what to do instead.
 *
 * The table (renamed_table.c) is all there is to change. A row without `value` is for every value that no row before it is
 * for; it does not count while the component has a field of that name. `lrun config migrate` writes configs anew by the table.
 */
#ifndef LRUN_RUNNER_CONFIG_RENAMED_H
#define LRUN_RUNNER_CONFIG_RENAMED_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/build/registry.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"

#define RENAMED_SETTINGS_MAX 2

/** `key: value`, where NULL for the value stands for the value that was written. */
struct renamed_setting {
    const char *key;
    const char *value;
};

/** One name, or one value of it. */
struct renamed {
    /** Whose key it is: "Trainer". */
    const char *component;
    const char *name;
    /** "0", "null", "false"; NULL: any. */
    const char *value;
    /** What it is here; none: it says nothing, as things are so anyway. */
    struct renamed_setting settings[RENAMED_SETTINGS_MAX];
    /** What to do instead, where there is no such thing here; NULL: the settings say it. */
    const char *instead;
};

/** Ended by a row without a name. */
extern const struct renamed renamed_table[];

/** A component of Lightning's or torchvision's that is not here, and what to do instead. */
struct renamed_type {
    const char *name;
    const char *instead;
};

/** Ended by a row without a name; a row does not count while there is a component of that name. */
extern const struct renamed_type renamed_types[];

/** What to do instead of naming a component so; NULL when the table does not know the name. */
const char *renamed_find_type(const char *name);

/**
 * Whether a row counts for a component: not where its own field takes the value, and not where it lacks what the row sets.
 */
bool renamed_applies(const struct renamed *row, const struct component *component);

/** The row for a component's key and its value; NULL when the key is to be taken as it is. */
const struct renamed *renamed_find(const struct component *component, const char *key, const struct config_node *value);

/**
 * What stands for a key's value while it is read from the command line: the field that it is called here, or a text; a
 * flag where true and false are among its values. NULL when the table does not know the key, or the component has it.
 */
const struct field *renamed_find_field(const struct component *component, const char *key);

/**
 * Puts our names in the place of others' in what a component's mapping says, with a note each; `path` is the mapping's.
 * What is not here is a problem, and left out.
 */
void renamed_apply_to_map(struct problems *problems, const struct component *component, const char *path,
                          struct config_node *map);

/** Is told of a component's mapping in a file's tree. */
typedef void renamed_visit(void *context, const struct component *component, const char *path, struct config_node *map);

/** Visits each mapping of a tree that says which component it is, from the top down. The visitor may change it. */
void renamed_visit_maps(struct arena *arena, struct config_node *root, renamed_visit *visit, void *context);

/** Puts our names in the place of others' in the whole tree of a file, as far as it says which components it has. */
void renamed_apply(struct problems *problems, struct config_node *root);

#endif
