/* names.c: the names that would be right in a place: to list them, and to guess which one was meant. */
#include "runner/config/names.h"

#include "engine/base/nearest.h"
#include "engine/base/text.h"

struct names names_of_fields(struct arena *arena, const struct component *component)
{
    struct names names = {.items = arena_allocate(arena, component->field_count, sizeof *names.items)};
    for (size_t i = 0; i < component->field_count; i++)
        names.items[names.count++] = component->fields[i].name;
    return names;
}

struct names names_of_kind(struct arena *arena, enum component_kind kind)
{
    struct names names = {.items = arena_allocate(arena, registry_component_count, sizeof *names.items)};
    for (size_t i = 0; i < registry_component_count; i++)
        if (registry_components[i].kind == kind)
            names.items[names.count++] = registry_components[i].name;
    return names;
}

struct names names_of_choices(struct arena *arena, const struct field *field)
{
    struct names names = {.items = arena_allocate(arena, field->choice_count, sizeof *names.items)};
    for (size_t i = 0; i < field->choice_count; i++)
        names.items[names.count++] = field->choices[i].name;
    return names;
}

const char *names_format_guess(const struct names *names, struct arena *arena, const char *written)
{
    const char *nearest = nearest_find(written, names->items, names->count);
    return nearest != NULL ? arena_format(arena, " (did you mean '%s'?)", nearest) : "";
}

const char *names_join(const struct names *names, struct arena *arena)
{
    if (names->count == 0)
        return "none";
    struct text joined = TEXT_INIT;
    for (size_t i = 0; i < names->count; i++)
        text_format(&joined, "%s%s", i > 0 ? ", " : "", names->items[i]);
    char *copy = arena_copy_string(arena, text_string(&joined));
    text_finish(&joined);
    return copy;
}
