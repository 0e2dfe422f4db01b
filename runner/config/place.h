/*
 * place.h: a place in a config that need not be whole: what the schema says about it, and what stands there.
 *
 * Where the config does not say which component is in a place, its default is; where there is none, any component of the
 * kind may be: a key of one of them is a key of the place. Nothing is changed and nothing is a failure.
 *
 *     struct place place = place_of_run(root);
 *     if (place_follow(&place, "model.backbone", &arena))
 *         ...
 */
#ifndef LRUN_RUNNER_CONFIG_PLACE_H
#define LRUN_RUNNER_CONFIG_PLACE_H

#include <stdbool.h>

#include "engine/base/arena.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"

struct place {
    /** What the schema says. */
    struct field field;
    /** The place is a component's `type`; field.kind is then the component's kind. */
    bool is_type;
    /** What stands there, or would by default; NULL when nothing. */
    const struct config_node *node;
};

/** The whole config; `root` may be NULL. */
struct place place_of_run(const struct config_node *root);

/** Goes down a path ("data.train_transforms.Resize"); false when it leads nowhere. "" stays. */
bool place_follow(struct place *place, const char *path, struct arena *arena);

/** " (did you mean 'data.batch_size'?)" for a path that leads nowhere; "" when no key is near. */
const char *place_format_guess(const struct config_node *root, const char *path, struct arena *arena);

/** The component that stands there; NULL when it is none or not known. */
const struct component *place_component(const struct place *place);

/** The item that a segment of a path names by its place or by its type; NULL when there is none in the list. */
const struct config_node *place_find_item(const struct place *place, const char *segment);

/** The component of an item of a list of components; NULL when it is not known. */
const struct component *place_item(const struct place *place, size_t index);

/** How many items stand there: a list may be written as its only item. */
size_t place_count(const struct place *place);

/** How many items are that component. */
size_t place_count_of(const struct place *place, const struct component *component);

#endif
