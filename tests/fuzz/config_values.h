/*
 * config_values.h: values for the fields of a config, drawn by chance: right ones, ones near the edge of right, and wrong
 * ones of all kinds.
 */
#ifndef LRUN_TESTS_FUZZ_CONFIG_VALUES_H
#define LRUN_TESTS_FUZZ_CONFIG_VALUES_H

#include "engine/base/arena.h"
#include "engine/base/rng.h"
#include "runner/build/registry.h"
#include "runner/config/config_node.h"
#include "runner/config/renamed.h"

/** Where values come from and live. */
struct value_source {
    struct arena *arena;
    struct rng *rng;
};

/** True once in `one_in` times. */
bool value_chance(const struct value_source *source, uint32_t one_in);

/** A number below `bound`, which is at least 1. */
size_t value_below(const struct value_source *source, size_t bound);

/** A scalar as if it were written plainly (or, quoted, in quotes); a spelling of null that is plain is null. */
struct config_node *value_scalar(const struct value_source *source, const char *text, bool is_quoted);

/** A value that the field takes, components with everything that they need. `depth` limits components in components. */
struct config_node *value_good(const struct value_source *source, const struct field *field, int depth);

/** A component of the kind, right in all its fields; a bare name where that is enough, by chance. */
struct config_node *value_component(const struct value_source *source, enum component_kind kind, int depth);

/** A number at an end of the field's range, or next to it; an end of some integer type where the field has none. */
struct config_node *value_edge(const struct value_source *source, const struct field *field);

/** A scalar in an odd spelling: of numbers, truth values, nulls, dates, texts that YAML or a terminal trips over. */
struct config_node *value_odd(const struct value_source *source);

/** A name that the registry knows: of a component, a field or a choice. */
const char *value_name(const struct value_source *source);

/** A row of the table of names that others use, whose name and value then fit. */
const struct renamed *value_renamed(const struct value_source *source);

#endif
