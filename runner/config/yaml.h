/*
 * yaml.h: YAML text becomes a tree of nodes.
 *
 * The text is data from a stranger: its size, depth, number of values, length of a scalar, aliases and keys are limited,
 * and reading takes time in proportion to its size. Scalars stay text: the schema gives them types, not YAML's guesses.
 * Understood: block and flow style, anchors and aliases (copied in place), merge keys (`<<`), one document.
 * Refused: tags beyond YAML's core, several documents, duplicate keys, anything but UTF-8.
 */
#ifndef LRUN_RUNNER_CONFIG_YAML_H
#define LRUN_RUNNER_CONFIG_YAML_H

#include <stddef.h>

#include "engine/base/arena.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"

#define YAML_FILE_BYTES_MAX ((size_t)1 << 20)
#define YAML_DEPTH_MAX 64
#define YAML_VALUES_MAX ((size_t)100000)
#define YAML_SCALAR_BYTES_MAX ((size_t)64 << 10)
#define YAML_KEYS_MAX ((size_t)1000)
#define YAML_ANCHORS_MAX ((size_t)1000)
#define YAML_EXPANSION_MAX ((size_t)10000)

/**
 * Parses `length` bytes, whose first stands at `origin` (a file's: line 1, column 1; an argument's: its line, any
 * column). An empty text is null. NULL after adding a problem when the text cannot be read as YAML; a tree with problems
 * added when only details are wrong (a duplicate key), so that the rest can still be checked. What comes back lives in
 * the arena; origin.source must live as long.
 */
struct config_node *yaml_parse(struct arena *arena, const char *bytes, size_t length, struct mark origin,
                               struct problems *problems);

/** Parses a text of our own, such as a field's default: the nodes are from nowhere. Asserts that it is good. */
struct config_node *yaml_parse_default(struct arena *arena, const char *text);

#endif
