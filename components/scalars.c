/* scalars.c: named numbers. */
#include "components/scalars.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"

static struct scalar *scalars_lookup(const struct scalars *scalars, const char *name)
{
    for (size_t i = 0; i < scalars->count; i++)
        if (strcmp(scalars->items[i].name, name) == 0)
            return &scalars->items[i];
    return NULL;
}

static void scalars_put(struct scalars *scalars, const char *name, double number)
{
    struct scalar *scalar = scalars_lookup(scalars, name);
    if (scalar == NULL) {
        if (scalars->count == scalars->capacity) {
            scalars->capacity = scalars->capacity > 0 ? 2 * scalars->capacity : 8;
            scalars->items = memory_resize(scalars->items, scalars->capacity, sizeof *scalars->items);
        }
        scalar = &scalars->items[scalars->count++];
        snprintf(scalar->name, sizeof scalar->name, "%s", name);
    }
    scalar->number = number;
}

void scalars_set(struct scalars *scalars, double number, const char *format, ...)
{
    char name[SCALAR_NAME_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    scalars_put(scalars, name, number);
}

const double *scalars_find(const struct scalars *scalars, const char *name)
{
    const struct scalar *scalar = scalars_lookup(scalars, name);
    return scalar != NULL ? &scalar->number : NULL;
}

void scalars_merge(struct scalars *to, const struct scalars *from)
{
    for (size_t i = 0; i < from->count; i++)
        scalars_put(to, from->items[i].name, from->items[i].number);
}

void scalars_clear(struct scalars *scalars)
{
    scalars->count = 0;
}

void scalars_finish(struct scalars *scalars)
{
    memory_free(scalars->items);
    *scalars = (struct scalars){0};
}
