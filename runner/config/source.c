/* source.c: the texts that a config was read from, kept so that a problem can show its line. */
#include "runner/config/source.h"

#include <string.h>

const char COMMAND_LINE[] = "command line";
const char ENVIRONMENT[] = "environment";

bool mark_is_in_argument(struct mark mark)
{
    return mark.source == COMMAND_LINE || mark.source == ENVIRONMENT;
}

/* Behind all files. */
#define TURN_OF_VARIABLES ((size_t)1 << 20)
#define TURN_OF_ARGUMENTS ((size_t)2 << 20)

/* A larger array with the same items; the old one stays behind in the arena. */
static void *grow(struct arena *arena, const void *items, size_t count, size_t capacity, size_t size)
{
    void *grown = arena_allocate(arena, capacity, size);
    if (count > 0)
        memcpy(grown, items, count * size);
    return grown;
}

struct mark mark_copy(struct arena *arena, struct mark mark)
{
    if (mark.source != NULL && !mark_is_in_argument(mark))
        mark.source = arena_copy_string(arena, mark.source);
    return mark;
}

struct source source_copy(struct arena *arena, const struct source *source)
{
    struct source copy = *source;
    copy.name = arena_copy_string(arena, source->name);
    copy.text = arena_copy_bytes(arena, source->text, source->length);
    copy.identity = source->identity != NULL ? arena_copy_string(arena, source->identity) : NULL;
    copy.from = mark_copy(arena, source->from);
    return copy;
}

size_t sources_add(struct sources *sources, struct arena *arena, struct source source)
{
    sources->items = grow(arena, sources->items, sources->count, sources->count + 1, sizeof *sources->items);
    sources->items[sources->count] = source;
    return sources->count++;
}

struct mark sources_add_variable(struct sources *sources, struct arena *arena, struct source_variable variable)
{
    if (sources->variable_count == sources->variable_capacity) {
        sources->variable_capacity = sources->variable_capacity > 0 ? sources->variable_capacity * 2 : 8;
        sources->variables = grow(arena, sources->variables, sources->variable_count, sources->variable_capacity,
                                  sizeof *sources->variables);
    }
    sources->variables[sources->variable_count++] = variable;
    return (struct mark){ENVIRONMENT, (int)sources->variable_count, 1};
}

const struct source *sources_find(const struct sources *sources, struct mark mark)
{
    for (size_t i = 0; mark.source != NULL && i < sources->count; i++)
        if (sources->items[i].name == mark.source)
            return &sources->items[i];
    for (size_t i = 0; mark.source != NULL && i < sources->count; i++)
        if (strcmp(sources->items[i].name, mark.source) == 0)
            return &sources->items[i];
    return NULL;
}

static bool is_from(struct mark mark, const char *source)
{
    return mark.source != NULL && strcmp(mark.source, source) == 0;
}

size_t sources_find_order(const struct sources *sources, struct mark mark)
{
    const struct source *source = sources_find(sources, mark);
    if (source != NULL)
        return (size_t)(source - sources->items);
    return sources->count + (is_from(mark, ENVIRONMENT) ? 0 : mark.source != NULL ? 1 : 2);
}

size_t sources_find_turn(const struct sources *sources, struct mark mark)
{
    const struct source *source = sources_find(sources, mark);
    if (source != NULL)
        return source->turn;
    return (is_from(mark, ENVIRONMENT) ? TURN_OF_VARIABLES : TURN_OF_ARGUMENTS) + (size_t)mark.line;
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

/* A column of "--data.batch_size=4" as one of "LRUN_DATA__BATCH_SIZE=4": every point of the path is two characters there. */
static int find_variable_column(const struct source_variable *variable, int column)
{
    if (variable->argument == NULL)
        return column;
    int path_end = (int)strcspn(variable->argument, "="), name_end = (int)strcspn(variable->text, "=");
    if (column > path_end)
        return column - path_end + name_end;
    int points = 0;
    for (int i = 0; i < column - 1; i++)
        points += variable->argument[i] == '.';
    return column - (int)strlen("--") + (int)strlen("LRUN_") + points;
}

const char *sources_find_line(const struct sources *sources, struct arena *arena, struct mark mark, int *column)
{
    *column = mark.column;
    size_t index = (size_t)mark.line - 1;
    if (mark.source == NULL || mark.line < 1)
        return NULL;
    if (is_from(mark, COMMAND_LINE))
        return index < sources->argument_count ? sources_find_argument(sources, arena, mark.line, column) : NULL;
    if (is_from(mark, ENVIRONMENT)) {
        if (index >= sources->variable_count)
            return NULL;
        *column = find_variable_column(&sources->variables[index], mark.column);
        return sources->variables[index].text;
    }
    const struct source *source = sources_find(sources, mark);
    return source != NULL ? source_find_line(source, arena, mark.line) : NULL;
}
