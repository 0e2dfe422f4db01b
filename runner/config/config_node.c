/* config_node.c: a config as a tree: what the user wrote, each piece with its place. */
#include "runner/config/config_node.h"

#include <assert.h>
#include <string.h>

struct config_node *config_node_create(struct arena *arena, enum node_kind kind, struct span span)
{
    struct config_node *node = arena_allocate(arena, 1, sizeof *node);
    node->kind = kind;
    node->span = span;
    return node;
}

struct config_node *config_node_create_scalar(struct arena *arena, const char *text, bool is_quoted, struct span span)
{
    struct config_node *node = config_node_create(arena, NODE_SCALAR, span);
    node->text = arena_copy_string(arena, text);
    node->is_quoted = is_quoted;
    return node;
}

struct entry *config_node_find_entry(const struct config_node *map, const char *key)
{
    if (map == NULL || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].key, key) == 0)
            return &map->entries[i];
    return NULL;
}

struct config_node *config_node_find(const struct config_node *map, const char *key)
{
    struct entry *entry = config_node_find_entry(map, key);
    return entry != NULL ? entry->value : NULL;
}

struct config_node *config_node_find_path(const struct config_node *map, const char *path)
{
    const struct config_node *node = map;
    for (size_t length = 0; node != NULL && *path != '\0'; path += length + (path[length] == '.')) {
        const struct config_node *parent = node;
        length = strcspn(path, ".");
        node = NULL;
        for (size_t i = 0; parent->kind == NODE_MAP && i < parent->count && node == NULL; i++)
            if (strncmp(parent->entries[i].key, path, length) == 0 && parent->entries[i].key[length] == '\0')
                node = parent->entries[i].value;
    }
    return (struct config_node *)node;
}

/* Room for one more of `size` bytes; the old array stays behind in the arena, which dies with the config. */
static void *node_grow(struct arena *arena, struct config_node *node, void *array, size_t size)
{
    if (node->count < node->capacity)
        return array;
    node->capacity = node->capacity > 0 ? node->capacity * 2 : 4;
    void *grown = arena_allocate(arena, node->capacity, size);
    if (node->count > 0)
        memcpy(grown, array, node->count * size);
    return grown;
}

void config_node_set(struct arena *arena, struct config_node *map, const char *key, struct span span,
                     struct config_node *value)
{
    assert(map->kind == NODE_MAP);
    struct entry *entry = config_node_find_entry(map, key);
    if (entry == NULL) {
        map->entries = node_grow(arena, map, map->entries, sizeof *map->entries);
        entry = &map->entries[map->count++];
        entry->key = arena_copy_string(arena, key);
    }
    entry->span = span;
    entry->value = value;
}

void config_node_append(struct arena *arena, struct config_node *list, struct config_node *item)
{
    assert(list->kind == NODE_LIST);
    list->items = node_grow(arena, list, list->items, sizeof *list->items);
    list->items[list->count++] = item;
}

struct config_node *config_node_copy(struct arena *arena, const struct config_node *node, size_t *budget)
{
    if (*budget == 0)
        return NULL;
    *budget -= 1;
    struct config_node *copy = config_node_create(arena, node->kind, node->span);
    copy->text = node->text;
    copy->is_quoted = node->is_quoted;
    copy->component = node->component;
    for (size_t i = 0; i < node->count; i++) {
        const struct config_node *child = node->kind == NODE_LIST ? node->items[i] : node->entries[i].value;
        struct config_node *child_copy = config_node_copy(arena, child, budget);
        if (child_copy == NULL)
            return NULL;
        if (node->kind == NODE_LIST)
            config_node_append(arena, copy, child_copy);
        else
            config_node_set(arena, copy, node->entries[i].key, node->entries[i].span, child_copy);
    }
    return copy;
}

void config_node_replace(struct config_node *node, struct config_node *old)
{
    while (node->replaced != NULL)
        node = node->replaced;
    node->replaced = old;
}

struct config_node *config_node_create_after(struct arena *arena, struct config_node *old, struct span span)
{
    struct config_node *node = config_node_create(arena, old->kind, span);
    node->text = old->text;
    node->is_quoted = old->is_quoted;
    for (size_t i = 0; i < old->count; i++)
        if (old->kind == NODE_LIST)
            config_node_append(arena, node, old->items[i]);
        else
            config_node_set(arena, node, old->entries[i].key, old->entries[i].span, old->entries[i].value);
    node->replaced = old;
    return node;
}

struct config_node *config_node_spell_out(struct arena *arena, struct config_node *name)
{
    struct config_node *map = config_node_create(arena, NODE_MAP, name->span);
    config_node_set(arena, map, "type", name->span,
                    config_node_create_scalar(arena, name->text, name->is_quoted, name->span));
    map->replaced = name->replaced;
    map->written = name;
    return map;
}

bool config_node_text_is_null(const char *text)
{
    return *text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 ||
           strcmp(text, "NULL") == 0;
}
