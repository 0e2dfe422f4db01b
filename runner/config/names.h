/* names.h: the names that would be right in a place: to list them, and to guess which one was meant. */
#ifndef LRUN_RUNNER_CONFIG_NAMES_H
#define LRUN_RUNNER_CONFIG_NAMES_H

#include <stddef.h>

#include "engine/base/arena.h"
#include "runner/build/registry.h"

/** Names, lent by the registry; the array lives in the arena. */
struct names {
    const char **items;
    size_t count;
};

struct names names_of_fields(struct arena *arena, const struct component *component);
struct names names_of_kind(struct arena *arena, enum component_kind kind);
struct names names_of_choices(struct arena *arena, const struct field *field);

/** " (did you mean 'x'?)", or "" when no name is near. */
const char *names_format_guess(const struct names *names, struct arena *arena, const char *written);

/** "a, b, c"; "none" when there are none. */
const char *names_join(const struct names *names, struct arena *arena);

#endif
