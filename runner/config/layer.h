/*
 * layer.h: one config is laid over another: the rule by which files change what lies under them, and the command line
 * changes the files. `--a.b=x` is the file `a: {b: x}`.
 *
 *     key: value        a mapping goes key by key, a component's bare name is `{type: Name}`; everything else replaces
 *     type: Other       what the component of another type has no field for is dropped, with a note that says so
 *     list: {Name: ..., 2: ...}     a mapping without `type` over a list reaches its items, by type or by place
 *     list+: value      adds to the end of a list: an item, or each item of a list
 *     list: {Name+: value}          ... before that item
 *     list: {Name~: }   deletes that item
 *     key~:             deletes the key: its default is back
 *
 * Within a mapping `type` comes first, then the others in the order of writing.
 */
#ifndef LRUN_RUNNER_CONFIG_LAYER_H
#define LRUN_RUNNER_CONFIG_LAYER_H

#include <stdbool.h>

#include "runner/config/cursor.h"

/** What a key does: its last character says so. */
enum layer_action {
    LAYER_SET,
    LAYER_ADD,    /* "key+" */
    LAYER_DELETE, /* "key~" */
};

/** The action of a key, and the key without its sign, in the arena. */
enum layer_action layer_split_key(struct arena *arena, const char *key, const char **name);

/**
 * Lays a file's tree over what lies under it (NULL: nothing), and returns the whole: a config's (run_field), or a
 * component's of the field. Both are used up. Names that others use become ours first (renamed.h), in a config.
 */
struct config_node *layer_put(struct problems *problems, const struct field *field, struct config_node *under,
                              struct config_node *over);

/** One key of a mapping that is laid over what stands at the cursor. The value of LAYER_DELETE is null. */
void layer_put_entry(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                     struct config_node *value);

/** The field that decides how the value of a key is read (NULL: the schema does not say). False after adding a problem. */
bool layer_find_field(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                      const struct field **field);

#endif
