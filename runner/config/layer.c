/* layer.c: one config is laid over another. */
#include "runner/config/layer.h"

#include <string.h>

#include "runner/config/check.h"
#include "runner/config/renamed.h"

static void put(struct problems *problems, const struct cursor *cursor, struct config_node *over);

enum layer_action layer_split_key(struct arena *arena, const char *key, const char **name)
{
    size_t length = strlen(key);
    char sign = length > 1 ? key[length - 1] : '\0';
    *name = key;
    if (sign != '+' && sign != '~')
        return LAYER_SET;
    *name = arena_copy_bytes(arena, key, length - 1);
    return sign == '+' ? LAYER_ADD : LAYER_DELETE;
}

/* "configs/x.yaml:12:5" */
static const char *format_place(const struct problems *problems, struct span span)
{
    if (mark_is_in_argument(span.mark))
        return span.mark.source;
    return arena_format(problems->arena, "%s:%d:%d", span.mark.source, span.mark.line, span.mark.column);
}

/* Whether a value that was right for the old field may be right for the new one; the old one may be unknown. */
static bool field_fits(const struct field *field, const struct field *old, const struct config_node *value)
{
    if (value != NULL && value->kind == NODE_NULL)
        return field->nullable;
    return old == NULL || (old->type == field->type && old->kind == field->kind);
}

/* What is dropped when a component becomes another. */
struct dropped {
    struct text missing; /* the new one has no such field */
    struct text unfit;   /* ... or one of another type */
};

static void note_dropped(struct problems *problems, const struct cursor *cursor, const struct config_node *name,
                         struct dropped *dropped)
{
    const char *path = cursor_path(cursor, problems);
    if (dropped->missing.length > 0)
        problem_note(problems, name->span, "%s: %s has no %s: dropped", path, name->text,
                     text_string(&dropped->missing));
    if (dropped->unfit.length > 0)
        problem_note(problems, name->span, "%s: %s takes something else for %s: dropped", path, name->text,
                     text_string(&dropped->unfit));
    text_finish(&dropped->missing);
    text_finish(&dropped->unfit);
}

/* Takes out of a mapping what the new component cannot take; says so of what somebody wrote. */
static void drop_unfit(struct problems *problems, const struct cursor *cursor, struct config_node *map,
                       const struct config_node *name)
{
    enum component_kind kind = cursor->field->kind;
    const struct component *old = check_find_component(kind, map), *new = registry_find(kind, name->text);
    struct dropped dropped = {.missing = TEXT_INIT, .unfit = TEXT_INIT};
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        const struct entry entry = map->entries[i];
        const struct field *field = component_find_field(new, entry.key);
        const struct field *before = old != NULL ? component_find_field(old, entry.key) : NULL;
        bool was_written = entry.span.mark.source != NULL;
        struct text *names = field != NULL ? &dropped.unfit : &dropped.missing;
        if (strcmp(entry.key, "type") == 0 || (was_written && field != NULL && field_fits(field, before, entry.value)))
            map->entries[kept++] = entry;
        else if (was_written)
            text_format(names, "%s%s (%s)", names->length > 0 ? ", " : "", problem_quote(problems, entry.key),
                        format_place(problems, entry.span));
    }
    map->count = kept;
    note_dropped(problems, cursor, name, &dropped);
}

/* Names the component at the cursor: a bare name, or the scalar behind `type`. */
static void put_type(struct problems *problems, const struct cursor *cursor, struct config_node *name, struct span span)
{
    /* Where nothing was said, what the default says of another component is none of this one's. */
    if (*cursor->slot == NULL)
        *cursor->slot = config_node_create(problems->arena, NODE_MAP, span);
    struct config_node *node = cursor_fill_map(problems, cursor, span);
    struct config_node *old = config_node_find(node, "type");
    bool changes = name->kind == NODE_SCALAR && registry_find(cursor->field->kind, name->text) != NULL &&
                   (old == NULL || old->kind != NODE_SCALAR || strcmp(old->text, name->text) != 0);
    if (changes && registry_only(cursor->field->kind) == NULL)
        drop_unfit(problems, cursor, node, name);
    config_node_replace(name, old);
    config_node_set(problems->arena, node, "type", span, name);
}

/* What stood there is remembered. */
static void put_value(const struct cursor *cursor, struct config_node *value)
{
    config_node_replace(value, *cursor->slot);
    *cursor->slot = value;
}

static void put_name(struct problems *problems, const struct cursor *cursor, struct config_node *name)
{
    if (*cursor->slot == NULL || (*cursor->slot)->kind != NODE_MAP)
        put_value(cursor, name);
    else
        put_type(problems, cursor, name, name->span);
}

/* True where a component of a choice of types is wanted: not for the whole config. */
static bool takes_type(const struct cursor *cursor)
{
    return cursor->field != NULL && cursor->field->type == FIELD_COMPONENT && cursor->field->kind != KIND_RUN;
}

/* True where the schema knows the component at the cursor, and it has no such key. */
static bool is_unknown_key(const struct cursor *cursor, const char *key)
{
    if (cursor->field == NULL || cursor->field->type != FIELD_COMPONENT)
        return false;
    const struct component *component = check_find_component(cursor->field->kind, *cursor->slot);
    return component != NULL && component_find_field(component, key) == NULL;
}

static void put_entries(struct problems *problems, const struct cursor *cursor, const struct config_node *over)
{
    for (size_t i = 0; i < over->count; i++) {
        const struct entry *entry = &over->entries[i];
        const char *name = NULL;
        if (takes_type(cursor) && strcmp(entry->key, "type") == 0)
            continue; /* came first */
        /* A file above may choose the type that has the key; else the check says that it is unknown. */
        if (layer_split_key(problems->arena, entry->key, &name) == LAYER_SET && is_unknown_key(cursor, name))
            config_node_set(problems->arena, cursor_fill_map(problems, cursor, entry->span), name, entry->span,
                            entry->value);
        else
            layer_put_entry(problems, cursor, entry->key, entry->span, entry->value);
    }
}

static void put_component_map(struct problems *problems, const struct cursor *cursor, const struct config_node *over)
{
    const struct entry *type = config_node_find_entry(over, "type");
    if (type != NULL && takes_type(cursor))
        put_type(problems, cursor, type->value, type->span);
    struct config_node *map = cursor_fill_map(problems, cursor, over->span);
    map->span = over->span;
    put_entries(problems, cursor, over);
}

/* Whether a mapping over a list is meant for its items: not, when it is a component itself. */
static bool reaches_items(const struct problems *problems, const struct cursor *cursor, const struct config_node *over)
{
    const struct field *field = cursor->field;
    size_t index = 0;
    const char *name = NULL;
    if (field == NULL || over->kind != NODE_MAP || over->count == 0 || config_node_find(over, "type") != NULL)
        return false;
    layer_split_key(problems->arena, over->entries[0].key, &name);
    return field->type != FIELD_COMPONENT_LIST || registry_only(field->kind) == NULL ||
           cursor_key_is_index(name, &index) || registry_find(field->kind, name) != NULL;
}

static void put(struct problems *problems, const struct cursor *place, struct config_node *over)
{
    struct cursor here = *place, *cursor = &here;
    if (over->kind == NODE_MAP)
        cursor->written = over;
    bool is_component = cursor->field != NULL && cursor->field->type == FIELD_COMPONENT;
    bool both_are_maps = *cursor->slot != NULL && (*cursor->slot)->kind == NODE_MAP && over->kind == NODE_MAP;
    if (cursor_is_type(cursor))
        put_type(problems, cursor->parent, over, over->span);
    else if (takes_type(cursor) && over->kind == NODE_SCALAR)
        put_name(problems, cursor, over);
    else if (is_component && over->kind == NODE_MAP)
        put_component_map(problems, cursor, over);
    else if ((cursor_is_list(cursor) && reaches_items(problems, cursor, over)) ||
             (cursor->field == NULL && both_are_maps))
        put_entries(problems, cursor, over);
    else
        put_value(cursor, over);
}

/* Puts an item, or each item of a list, into the list at the cursor, before the item at `index`. */
static void add_items(struct problems *problems, const struct cursor *cursor, size_t index, struct config_node *value,
                      struct span span)
{
    struct config_node *list = cursor_fill_list(problems, cursor, span);
    bool is_list = value->kind == NODE_LIST;
    size_t added = is_list ? value->count : 1;
    for (size_t i = 0; i < added; i++)
        config_node_append(problems->arena, list, is_list ? value->items[i] : value);
    size_t moved = list->count - added - index;
    for (size_t i = 0; i < moved; i++)
        list->items[list->count - 1 - i] = list->items[list->count - 1 - i - added];
    for (size_t i = 0; i < added; i++)
        list->items[index + i] = is_list ? value->items[i] : value;
}

/* The item before which a new one goes. */
static bool find_place(struct problems *problems, const struct cursor *list, const char *name, struct span span,
                       size_t *index)
{
    const struct config_node *node = cursor_fill_list(problems, list, span);
    /* Behind the last one is a place too. */
    return (cursor_key_is_index(name, index) && *index == node->count) ||
           cursor_find_item(problems, list, name, span, index);
}

static bool check_takes_items(struct problems *problems, const struct cursor *cursor, struct span span)
{
    if (cursor->field == NULL || cursor_is_list(cursor))
        return true;
    problem_add(problems, span, "%s: '+' adds to a list, and this is of type: %s", cursor_path(cursor, problems),
                cursor->field->type == FIELD_COMPONENT ? component_kind_name(cursor->field->kind)
                                                       : field_type_name(cursor->field->type));
    problem_hint(problems, "leave out the '+' to set it");
    return false;
}

static void put_more(struct problems *problems, const struct cursor *parent, const char *name, struct span span,
                     struct config_node *value)
{
    struct cursor child;
    size_t index = 0;
    if (cursor_is_list(parent)) {
        if (find_place(problems, parent, name, span, &index))
            add_items(problems, parent, index, value, span);
    } else if (cursor_enter(problems, parent, name, span, &child) && check_takes_items(problems, &child, span)) {
        add_items(problems, &child, cursor_fill_list(problems, &child, span)->count, value, span);
    }
}

static void delete_item(struct problems *problems, const struct cursor *list, const char *name, struct span span)
{
    size_t index = 0;
    if (!cursor_find_item(problems, list, name, span, &index))
        return;
    struct config_node *node = cursor_fill_list(problems, list, span);
    for (size_t i = index; i + 1 < node->count; i++)
        node->items[i] = node->items[i + 1];
    node->count -= 1;
}

static void delete_key(struct problems *problems, const struct cursor *parent, const char *name, struct span span)
{
    struct cursor child;
    if (!cursor_enter(problems, parent, name, span, &child))
        return;
    if (cursor_is_type(&child)) {
        problem_add(problems, span, "%s: a component cannot be without its type", cursor_path(&child, problems));
        problem_hint(problems, "delete the component for its default, or choose another type");
        return;
    }
    struct config_node *map = cursor_fill_map(problems, parent, span);
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].key, name) != 0)
            map->entries[kept++] = map->entries[i];
    map->count = kept;
}

static void put_nothing(struct problems *problems, const struct cursor *parent, const char *name, struct span span,
                        const struct config_node *value)
{
    const struct cursor child = {.parent = parent, .key = name};
    if (value->kind != NODE_NULL) {
        problem_add(problems, value->span, "%s~: '~' deletes, and takes no value", cursor_path(&child, problems));
        problem_hint(problems, "leave out the value, or the '~'");
    } else if (cursor_is_list(parent) || (*parent->slot != NULL && (*parent->slot)->kind == NODE_LIST)) {
        delete_item(problems, parent, name, span);
    } else {
        delete_key(problems, parent, name, span);
    }
}

/* The component at the cursor; NULL when it is none or not known. */
static const struct component *component_at(const struct cursor *cursor)
{
    bool is_component = cursor->field != NULL && cursor->field->type == FIELD_COMPONENT && *cursor->slot != NULL;
    return is_component ? check_find_component(cursor->field->kind, *cursor->slot) : NULL;
}

/* A name that others use: what it is here is laid in its place. False when it is none. */
static bool put_renamed(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                        struct config_node *value)
{
    const struct component *component = component_at(parent);
    if (component == NULL || renamed_find(component, key, value) == NULL)
        return false;
    struct config_node *map = config_node_create(problems->arena, NODE_MAP, span);
    value->is_quoted = false; /* the field that it is for is another one, and reads it anew */
    config_node_set(problems->arena, map, key, span, value);
    renamed_apply_to_map(problems, component, cursor_path(parent, problems), map);
    put_entries(problems, parent, map);
    return true;
}

void layer_put_entry(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                     struct config_node *value)
{
    const char *name = NULL;
    enum layer_action action = layer_split_key(problems->arena, key, &name);
    struct cursor child;
    if (action == LAYER_DELETE) {
        put_nothing(problems, parent, name, span, value);
    } else if (action == LAYER_ADD) {
        put_more(problems, parent, name, span, value);
    } else if (!put_renamed(problems, parent, name, span, value) &&
               cursor_enter(problems, parent, name, span, &child)) {
        struct entry *entry = config_node_find_entry(*parent->slot, name);
        if (entry != NULL)
            entry->span = span;
        put(problems, &child, value);
    }
}

bool layer_find_field(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                      const struct field **field)
{
    const char *name = NULL;
    enum layer_action action = layer_split_key(problems->arena, key, &name);
    struct cursor child;
    size_t index = 0;
    *field = parent->field;
    if (action == LAYER_ADD && cursor_is_list(parent))
        return find_place(problems, parent, name, span, &index);
    if (action == LAYER_SET && parent->field != NULL && parent->field->type == FIELD_COMPONENT)
        cursor_fill(problems, parent, span);
    const struct component *component = component_at(parent);
    *field = action == LAYER_SET && component != NULL ? renamed_find_field(component, name) : NULL;
    if (*field != NULL)
        return true;
    if (!cursor_enter(problems, parent, name, span, &child))
        return false;
    *field = child.field;
    return action != LAYER_ADD || check_takes_items(problems, &child, span);
}

struct config_node *layer_put(struct problems *problems, const struct field *field, struct config_node *under,
                              struct config_node *over)
{
    struct cursor root = cursor_at_root(&under, over);
    root.field = field;
    if (field->kind == KIND_RUN) /* a component's file is in the tree of one */
        renamed_apply(problems, over);
    if (under == NULL)
        return over;
    put(problems, &root, over);
    return under;
}
