/* explain.c: where the value of a key came from: every place that set it, in order. */
#include "runner/config/explain.h"

#include <stdlib.h>
#include <string.h>

#include "runner/config/check.h"
#include "runner/config/place.h"

/* Nodes that stand, or stood, in one place. */
struct nodes {
    const struct config_node **items;
    size_t count;
    size_t capacity;
};

struct search {
    const struct sources *sources;
    struct explanation *explanation;
    /* What the schema says about the place at hand. */
    struct place place;
};

static void nodes_add(struct arena *arena, struct nodes *nodes, const struct config_node *node)
{
    for (size_t i = 0; i < nodes->count; i++)
        if (nodes->items[i] == node)
            return;
    if (nodes->count == nodes->capacity) {
        nodes->capacity = nodes->capacity > 0 ? nodes->capacity * 2 : 8;
        const struct config_node **grown = arena_allocate(arena, nodes->capacity, sizeof *grown);
        if (nodes->count > 0)
            memcpy(grown, nodes->items, nodes->count * sizeof *grown);
        nodes->items = grown;
    }
    nodes->items[nodes->count++] = node;
}

/* A node and everything that it replaced. */
static void nodes_add_chain(struct arena *arena, struct nodes *nodes, const struct config_node *node)
{
    for (; node != NULL; node = node->replaced)
        nodes_add(arena, nodes, node);
}

/* What was written where a node stands: what came from nowhere was not. */
static const struct config_node *written_of(const struct config_node *node)
{
    return node->written != NULL ? node->written : node;
}

/* A copy of what was written, with its references as they were. */
static struct config_node *copy_written(struct arena *arena, const struct config_node *node)
{
    struct config_node *copy = config_node_create(arena, node->kind, node->span);
    copy->text = node->text;
    for (size_t i = 0; i < node->count; i++) {
        const struct config_node *child = node->kind == NODE_LIST ? node->items[i] : node->entries[i].value;
        if (child == NULL) /* an override that went wrong */
            continue;
        struct config_node *written = copy_written(arena, written_of(child));
        if (node->kind == NODE_LIST)
            config_node_append(arena, copy, written);
        else
            config_node_set(arena, copy, node->entries[i].key, node->entries[i].span, written);
    }
    return copy;
}

static const char *format_written(const struct search *search, const struct config_node *written)
{
    struct arena *arena = search->explanation->arena;
    int column = 0;
    if (sources_find(search->sources, written->span.mark) == NULL) {
        const char *line = sources_find_line(search->sources, arena, written->span.mark, &column);
        return line != NULL ? line : "";
    }
    if (written->kind == NODE_SCALAR)
        return written->text;
    struct text text = TEXT_INIT;
    config_node_format_line(copy_written(arena, written), &text);
    const char *copy = arena_copy_string(arena, text_string(&text));
    text_finish(&text);
    return copy;
}

static bool is_there(const struct explanation *explanation, struct span span)
{
    for (size_t i = 0; i < explanation->count; i++) {
        struct mark mark = explanation->items[i].span.mark;
        bool same_line = strcmp(mark.source, span.mark.source) == 0 && mark.line == span.mark.line;
        bool is_whole = mark_is_in_argument(span.mark);
        if (same_line && (is_whole || mark.column == span.mark.column))
            return true;
    }
    return false;
}

static void add_setting(const struct search *search, const struct config_node *node, bool removes)
{
    struct explanation *explanation = search->explanation;
    const struct config_node *written = written_of(node);
    if (written->span.mark.source == NULL || is_there(explanation, written->span))
        return;
    if (explanation->count == explanation->capacity) {
        explanation->capacity = explanation->capacity > 0 ? explanation->capacity * 2 : 8;
        struct setting *grown = arena_allocate(explanation->arena, explanation->capacity, sizeof *grown);
        if (explanation->count > 0)
            memcpy(grown, explanation->items, explanation->count * sizeof *grown);
        explanation->items = grown;
    }
    explanation->items[explanation->count++] =
        (struct setting){.span = written->span,
                         .text = format_written(search, written),
                         .removes = removes,
                         .origin = node->span.origin,
                         .turn = sources_find_turn(search->sources, written->span.mark)};
}

/* What a node has in the place that a segment of the path names; NULL when nothing. */
static const struct config_node *find_child(const struct search *search, const struct config_node *node,
                                            const char *segment)
{
    if (node->kind == NODE_SCALAR)
        return strcmp(segment, "type") == 0 && search->place.field.type == FIELD_COMPONENT ? node : NULL;
    if (node->kind == NODE_MAP)
        return config_node_find(node, segment);
    const struct place list = {.field = search->place.field, .node = node};
    return node->kind == NODE_LIST ? place_find_item(&list, segment) : NULL;
}

/* Goes one level down. A node that lacks what it replaced had took it away. */
static struct nodes descend(const struct search *search, const struct nodes *nodes, const char *segment)
{
    struct nodes children = {.count = 0};
    for (size_t i = 0; i < nodes->count; i++) {
        const struct config_node *node = nodes->items[i], *child = find_child(search, node, segment);
        bool had = node->replaced != NULL && find_child(search, node->replaced, segment) != NULL;
        if (child != NULL)
            nodes_add_chain(search->explanation->arena, &children, child);
        else if (had)
            add_setting(search, node, true);
    }
    return children;
}

static int compare_settings(const void *a, const void *b)
{
    const struct setting *first = a, *second = b;
    if (first->turn != second->turn)
        return first->turn < second->turn ? -1 : 1;
    if (first->span.mark.line != second->span.mark.line)
        return first->span.mark.line < second->span.mark.line ? -1 : 1;
    return first->span.mark.column - second->span.mark.column;
}

void explain(const struct sources *sources, const struct config_node *root, const char *key,
             struct explanation *explanation)
{
    struct arena *arena = explanation->arena;
    struct search search = {sources, explanation, place_of_run(root)};
    struct nodes nodes = {.count = 0};
    nodes_add_chain(arena, &nodes, root);
    while (*key != '\0') {
        size_t length = strcspn(key, ".");
        const char *segment = arena_copy_bytes(arena, key, length);
        nodes = descend(&search, &nodes, segment);
        place_follow(&search.place, segment, arena);
        key += length + (key[length] == '.');
    }
    for (size_t i = 0; i < nodes.count; i++)
        add_setting(&search, nodes.items[i], false);
    if (explanation->count > 0)
        qsort(explanation->items, explanation->count, sizeof *explanation->items, compare_settings);
}
