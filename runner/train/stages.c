/* stages.c: the parts of a model that a config names. */
#include "runner/train/stages.h"

#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/nearest.h"
#include "engine/base/text.h"

/* Of those that are listed: a model's parts, and theirs. */
#define LISTED_DEPTH 2

struct stages {
    struct arena arena;
    const char **items;
    size_t count;
};

static void stages_add(struct stages *stages, const char *name, size_t length)
{
    for (size_t i = 0; i < stages->count; i++)
        if (strncmp(stages->items[i], name, length) == 0 && stages->items[i][length] == '\0')
            return;
    stages->items = memory_resize(stages->items, stages->count + 1, sizeof *stages->items);
    stages->items[stages->count++] = arena_copy_bytes(&stages->arena, name, length);
}

/* Every scope of every node, in the order of the nodes. */
static void stages_init(struct stages *stages, const struct graph *graph)
{
    *stages = (struct stages){.items = NULL};
    for (int i = 0; i < graph_node_count(graph); i++) {
        const char *name = graph_get_node(graph, i)->name;
        for (const char *dot = name; (dot = strchr(dot, '.')) != NULL; dot++)
            stages_add(stages, name, (size_t)(dot - name));
    }
}

static void stages_finish(struct stages *stages)
{
    memory_free(stages->items);
    arena_finish(&stages->arena);
}

static int count_nodes(const struct graph *graph, const char *stage)
{
    int count = 0;
    for (int i = 0; i < graph_node_count(graph); i++)
        count += node_is_in(graph_get_node(graph, i), stage);
    return count;
}

static bool is_listed(const struct graph *graph, const char *stage)
{
    int depth = 1;
    for (const char *dot = stage; (dot = strchr(dot, '.')) != NULL; dot++)
        depth++;
    return depth <= LISTED_DEPTH && count_nodes(graph, stage) > 1;
}

/* Layers of one operation are stages as well, but nobody gains by them. */
static void format_listed(const struct stages *stages, const struct graph *graph, struct text *text)
{
    for (size_t i = 0; i < stages->count; i++)
        if (is_listed(graph, stages->items[i]))
            text_format(text, "%s%s", text->length > 0 ? ", " : "", stages->items[i]);
}

static bool refuse(const struct graph *graph, const char *name, struct error *error)
{
    struct stages stages;
    struct text listed = TEXT_INIT;
    stages_init(&stages, graph);
    format_listed(&stages, graph, &listed);
    const char *nearest = nearest_find(name, stages.items, stages.count);
    if (nearest != NULL)
        error_set(error, ERROR_CONFIG,
                  "trainer.activation_checkpointing: the model has no stage '%s' (did you mean '%s'?)", name, nearest);
    else
        error_set(error, ERROR_CONFIG, "trainer.activation_checkpointing: the model has no stage '%s'", name);
    if (listed.length > 0)
        error_hint(error, "its stages are %s", text_string(&listed));
    text_finish(&listed);
    stages_finish(&stages);
    return false;
}

bool stages_check(const struct graph *graph, const struct string_list *names, const struct mark *marks,
                  struct error *error)
{
    for (size_t i = 0; i < names->count; i++)
        if (count_nodes(graph, names->items[i]) == 0) {
            refuse(graph, names->items[i], error);
            return marks != NULL && error_mark(error, marks[i]);
        }
    return true;
}
