/* source.c: the texts that a config was read from, kept so that a problem can show its line. */
#include "runner/config/source.h"

#include <string.h>

const char COMMAND_LINE[] = "command line";

void sources_add(struct sources *sources, struct arena *arena, struct source source)
{
    struct source *grown = arena_allocate(arena, sources->count + 1, sizeof *grown);
    if (sources->count > 0)
        memcpy(grown, sources->items, sources->count * sizeof *grown);
    grown[sources->count++] = source;
    sources->items = grown;
}

size_t sources_find_order(const struct sources *sources, struct mark mark)
{
    if (mark.source == NULL)
        return sources->count + 1;
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(sources->items[i].name, mark.source) == 0)
            return i;
    return sources->count;
}

static const char *source_find_line(const struct source *source, struct arena *arena, int line)
{
    const char *start = source->text;
    const char *end = source->text + source->length;
    for (int i = 1; i < line; i++) {
        const char *newline = memchr(start, '\n', (size_t)(end - start));
        if (newline == NULL)
            return "";
        start = newline + 1;
    }
    const char *stop = memchr(start, '\n', (size_t)(end - start));
    size_t length = (size_t)((stop != NULL ? stop : end) - start);
    if (length > 0 && start[length - 1] == '\r')
        length -= 1;
    return arena_copy_bytes(arena, start, length);
}

static const char *sources_find_argument(const struct sources *sources, struct arena *arena, int line, int *column)
{
    size_t index = (size_t)line - 1;
    const char *argument = sources->arguments[index];
    if (index == 0 || strncmp(argument, "--", 2) == 0 || strncmp(sources->arguments[index - 1], "--", 2) != 0 ||
        strchr(sources->arguments[index - 1], '=') != NULL)
        return argument;
    const char *key = sources->arguments[index - 1];
    *column += (int)strlen(key) + 1;
    return arena_format(arena, "%s %s", key, argument);
}

const char *sources_find_line(const struct sources *sources, struct arena *arena, struct mark mark, int *column)
{
    *column = mark.column;
    if (mark.source == NULL || mark.line < 1)
        return NULL;
    if (strcmp(mark.source, COMMAND_LINE) == 0)
        return (size_t)mark.line <= sources->argument_count ? sources_find_argument(sources, arena, mark.line, column)
                                                            : NULL;
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(sources->items[i].name, mark.source) == 0)
            return source_find_line(&sources->items[i], arena, mark.line);
    return NULL;
}
