/*
 * config_mutator.h: makes another config of a config, as a tree: fields, types and ranges are those of the registry, so that
 * what comes out is often nearly right.
 */
#ifndef LRUN_TESTS_FUZZ_CONFIG_MUTATOR_H
#define LRUN_TESTS_FUZZ_CONFIG_MUTATOR_H

#include "engine/base/arena.h"
#include "engine/base/rng.h"
#include "engine/base/text.h"
#include "runner/config/config_node.h"

/** Changes the tree in a place or a few, and returns it: what is new in it lives in the arena. */
struct config_node *config_mutate(struct arena *arena, struct config_node *root, struct rng *rng);

/** Appends a mutated config, in some style; of bytes that are no YAML, a config made anew. */
void config_mutate_text(const char *bytes, size_t length, struct rng *rng, struct text *yaml);

#endif
