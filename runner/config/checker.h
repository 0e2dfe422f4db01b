/* checker.h: what the parts of the check share. Only check.c and check_scalar.c include it. */
#ifndef LRUN_RUNNER_CONFIG_CHECKER_H
#define LRUN_RUNNER_CONFIG_CHECKER_H

#include "engine/base/arena.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"

struct checker {
    struct arena *arena;
    struct problems *problems;
    /** Where the check is: "data.train_transforms.0.size". */
    struct text path;
    int depth;
};

/** Adds a problem about the node at hand: its path, then "wanted ..., found ...". */
void checker_add_mismatch(struct checker *checker, const struct config_node *node, const char *wanted);

/** Checks a scalar of any type that is no list and no component (for a list: of its items' type). */
struct config_node *checker_check_scalar(struct checker *checker, const struct field *field, struct config_node *node);

#endif
