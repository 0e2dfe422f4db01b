/* names.c: the names that would be right in a place: to list them, and to guess which one was meant. */
#include "runner/config/names.h"

#include <ctype.h>
#include <string.h>

#include "engine/base/text.h"

#define NAME_BYTES_MAX ((size_t)64)

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

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b) || (a == '-' && b == '_') || (a == '_' && b == '-');
}

/* Damerau's distance (optimal string alignment), capital letters and '-' for '_' for free. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][NAME_BYTES_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = above[j - 1] + !same_letter(a[i - 1], b[j - 1]);
            row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *names_find_nearest(const struct names *names, const char *written)
{
    size_t length = strnlen(written, NAME_BYTES_MAX + 1);
    if (length == 0 || length > NAME_BYTES_MAX)
        return NULL;
    const char *nearest = NULL;
    size_t nearest_distance = length <= 3 ? 2 : length / 3 + 2; /* one less is near */
    for (size_t i = 0; i < names->count; i++) {
        size_t name_length = strlen(names->items[i]);
        if (name_length > NAME_BYTES_MAX)
            continue;
        size_t found = distance(written, length, names->items[i], name_length);
        if (found < nearest_distance && found < length) {
            nearest = names->items[i];
            nearest_distance = found;
        }
    }
    return nearest;
}

const char *names_format_guess(const struct names *names, struct arena *arena, const char *written)
{
    const char *nearest = names_find_nearest(names, written);
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
