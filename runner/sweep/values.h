/*
 * values.h: overrides with several values, and the combinations that they multiply to.
 *
 *     --optimizer.lr=1e-2,1e-3                      choices; commas inside [], {} and quotes do not part them
 *     --data.val_transforms.Resize.size=[64,64],[96,96]
 *     --optimizer.lr=1e-4..1e-1                     a range to draw from, both ends included
 *     --optimizer.lr=log:1e-4..1e-1                 drawn evenly by magnitude
 *
 * A value without a comma is passed on as it is, word for word; of several, a choice in quotes is taken without them.
 * This is text alone: what a choice means, and whether it is right, the config's check says, and values_map_span says
 * where in the user's own argument that is.
 */
#ifndef LRUN_RUNNER_SWEEP_VALUES_H
#define LRUN_RUNNER_SWEEP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"

/** More runs than these are a mistake. */
#define SWEEP_RUNS_MAX ((size_t)10000)

/** A range to draw from. */
struct value_range {
    double low;
    double high;
    /** Evenly by magnitude. */
    bool is_log;
    /** Integers only. */
    bool is_integer;
    /** Written with a point, so that an amount is a share. */
    bool is_share;
};

/** An override that has several values. */
struct sweep_key {
    /** "optimizer.lr". */
    const char *path;
    /** The argument in which the value is, and the value's first byte in it. */
    size_t argument;
    size_t offset;
    /** Choices, without blanks and quotes around them, and where they are in the argument. None: it is a range. */
    const char **choices;
    size_t *choice_offsets;
    size_t choice_count;
    struct value_range range;
};

/** The overrides of a sweep. Everything lives in the arena and in the arguments. */
struct sweep_values {
    const char *const *arguments;
    size_t argument_count;
    struct sweep_key *keys;
    size_t count;
};

/** Takes the arguments apart. `root`: the config without them, which says what type a key has; may be NULL. */
void values_parse(struct sweep_values *values, const struct config_node *root, const char *const *arguments,
                  size_t count, struct problems *problems);

/** Where the last choice of a value begins, which may still be being typed. */
size_t values_last_choice(const char *value);

/** Adds a problem for each range: without --random there is nothing to draw. */
void values_refuse_ranges(const struct sweep_values *values, struct problems *problems);

/** How many combinations there are; SWEEP_RUNS_MAX + 1 when there are more, or a range makes them countless. */
size_t values_count(const struct sweep_values *values);

/** The texts of combination `index`, one per key, in the arena: the last key changes fastest. There must be no range. */
const char **values_choose(const struct sweep_values *values, size_t index, struct arena *arena);

/** The texts of the draw `index`: a function of the seed, the index and the attempt alone. */
const char **values_draw(const struct sweep_values *values, uint64_t seed, size_t index, size_t attempt,
                         struct arena *arena);

/** The arguments with these texts in the keys' places; as many as there were. */
const char **values_place(const struct sweep_values *values, const char *const *texts, struct arena *arena);

/** A place in such arguments as a place in the user's own. Sets the key whose value is there; `count`: none's. */
struct span values_map_span(const struct sweep_values *values, const char *const *texts, struct span span,
                            size_t *key_at);

#endif
