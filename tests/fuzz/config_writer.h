/*
 * config_writer.h: a tree of nodes as YAML in one of its many styles: flow and block, quoted in each way, with anchors,
 * aliases and merge keys, the keys in any order.
 */
#ifndef LRUN_TESTS_FUZZ_CONFIG_WRITER_H
#define LRUN_TESTS_FUZZ_CONFIG_WRITER_H

#include "engine/base/rng.h"
#include "engine/base/text.h"
#include "runner/config/config_node.h"

/** Appends the tree, which must be as yaml_parse reads one, in styles that the draws choose. It reads back to what means the same. */
void config_write(const struct config_node *root, struct rng *rng, struct text *yaml);

#endif
