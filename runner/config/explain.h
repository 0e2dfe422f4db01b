/*
 * explain.h: where the value of a key came from: every place that set it, in order.
 *
 *     struct explanation explanation = {.arena = &arena};
 *     if (config_load(&config, &request, &error) &&
 *         explain(&config.sources, config.root, "data.batch_size", &explanation))
 *         ... explanation.items ...
 *
 * It reads a tree that was loaded and not yet checked, which remembers what its nodes replaced.
 */
#ifndef LRUN_RUNNER_CONFIG_EXPLAIN_H
#define LRUN_RUNNER_CONFIG_EXPLAIN_H

#include "engine/base/arena.h"
#include "runner/config/config_node.h"
#include "runner/config/source.h"

/** One place that set the key. */
struct setting {
    struct span span;
    /** What was written there, in one line: YAML, "LRUN_KEY=VALUE", or an argument. */
    const char *text;
    /** The place took the key away: what holds it was replaced as a whole, or the item deleted. */
    bool removes;
    /** What it stands for, where it was written as a reference; NULL when it was not. */
    const struct origin *origin;
    size_t turn;
};

/** Every place, in the order of composing: the last one wins. In the arena. */
struct explanation {
    struct arena *arena;
    struct setting *items;
    size_t count;
    size_t capacity;
};

/** Finds the places. A key that no place sets has none. */
void explain(const struct sources *sources, const struct config_node *root, const char *key,
             struct explanation *explanation);

#endif
