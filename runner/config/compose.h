/*
 * compose.h: files become one tree: the bases that a file names below it, and files in the places of components.
 *
 *     base: [voc.yaml, fast.yaml]     # at the top of a file: what it is laid over, left to right
 *     model: models/ssd.yaml          # a component's value: the file's content stands in its place
 *
 * A path is relative to the file that says it. A base counts once, where it comes first. Circles, and more files or
 * levels than below, are problems.
 */
#ifndef LRUN_RUNNER_CONFIG_COMPOSE_H
#define LRUN_RUNNER_CONFIG_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"
#include "runner/config/source.h"

#define COMPOSE_FILES_MAX ((size_t)100)
#define COMPOSE_DEPTH_MAX 16

struct open_file;
struct laid_file;

/** What the parts of a composition share. Set the first three. */
struct composer {
    struct arena *arena;
    struct sources *sources;
    struct problems *problems;
    /** A file could not be read or not be composed: the tree lacks something, and checking it would mislead. */
    bool failed;
    /** The file being read, and those that brought it. */
    const struct open_file *open;
    /** What the tree at hand is already laid over. */
    const struct laid_file *laid;
    /** How many files were laid. */
    size_t turns;
};

/** Reads a config that the user named, with its bases, and lays it over `under` (NULL: nothing). */
struct config_node *compose_file(struct composer *composer, struct config_node *under, const char *path);

/**
 * Puts files in the places of the components that name them, in a value of that field; relative to the folder ("" or
 * one that ends with a slash). Returns the value.
 */
struct config_node *compose_groups(struct composer *composer, const struct field *field, struct config_node *node,
                                   const char *folder);

#endif
