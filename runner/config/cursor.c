/* cursor.c: a place in a config that is being changed. */
#include "runner/config/cursor.h"

#include <string.h>

#include "runner/build/describe.h"
#include "runner/config/check.h"
#include "runner/config/names.h"
#include "runner/config/yaml.h"

const struct field run_field = {.name = "", .type = FIELD_COMPONENT, .kind = KIND_RUN};
static const struct field type_field = {.name = "type", .type = FIELD_STRING};

struct cursor cursor_at_root(struct config_node **root, struct config_node *written)
{
    return (struct cursor){.key = "", .field = &run_field, .slot = root, .written = written};
}

static void append_path(const struct cursor *cursor, struct text *path)
{
    if (cursor->parent == NULL)
        return;
    append_path(cursor->parent, path);
    text_format(path, "%s%s", path->length > 0 ? "." : "", cursor->key);
}

const char *cursor_path(const struct cursor *cursor, const struct problems *problems)
{
    struct text path = TEXT_INIT;
    append_path(cursor, &path);
    const char *shortened = problem_shorten(problems, text_string(&path));
    text_finish(&path);
    return shortened;
}

bool cursor_is_list(const struct cursor *cursor)
{
    return cursor->field != NULL && field_is_list(cursor->field->type);
}

bool cursor_is_type(const struct cursor *cursor)
{
    return cursor->field == &type_field;
}

bool cursor_key_is_index(const char *key, size_t *index)
{
    size_t length = strspn(key, "0123456789");
    if (length == 0 || length > 6 || key[length] != '\0')
        return false;
    *index = 0;
    for (size_t i = 0; i < length; i++)
        *index = *index * 10 + (size_t)(key[i] - '0');
    return true;
}

struct config_node *cursor_fill(struct problems *problems, const struct cursor *cursor, struct span span)
{
    const struct field *field = cursor->field;
    if (*cursor->slot == NULL && field != NULL && field->default_text != NULL)
        *cursor->slot = yaml_parse_default(problems->arena, field->default_text);
    if (*cursor->slot == NULL)
        *cursor->slot = config_node_create(problems->arena, NODE_NULL, span);
    return *cursor->slot;
}

/* The mapping or list at the cursor, made the writer's own to be changed: what was there before stays as it was. */
static struct config_node *own(struct problems *problems, const struct cursor *cursor)
{
    struct config_node *node = *cursor->slot;
    if (node->written != NULL && node->written == cursor->written)
        return node;
    *cursor->slot = config_node_create_after(problems->arena, node, node->span);
    (*cursor->slot)->written = cursor->written;
    return *cursor->slot;
}

struct config_node *cursor_fill_map(struct problems *problems, const struct cursor *cursor, struct span span)
{
    struct config_node *node = cursor_fill(problems, cursor, span);
    if (node->kind == NODE_SCALAR)
        *cursor->slot = config_node_spell_out(problems->arena, node);
    else if (node->kind != NODE_MAP)
        *cursor->slot = config_node_create(problems->arena, NODE_MAP, node->kind == NODE_NULL ? span : node->span);
    if (node->kind == NODE_NULL || node->kind == NODE_LIST)
        config_node_replace(*cursor->slot, node);
    return own(problems, cursor);
}

struct config_node *cursor_fill_list(struct problems *problems, const struct cursor *cursor, struct span span)
{
    struct config_node *node = cursor_fill(problems, cursor, span);
    if (node->kind == NODE_LIST)
        return own(problems, cursor);
    struct config_node *list = config_node_create(problems->arena, NODE_LIST, node->span);
    if (node->kind != NODE_NULL)
        config_node_append(problems->arena, list, node);
    list->replaced = node->replaced;
    list->written = node;
    *cursor->slot = list;
    return own(problems, cursor);
}

/* Goes to a mapping's key, which is made when it is not there. */
static void enter_key(struct problems *problems, struct cursor *child, struct span span)
{
    struct config_node *map = cursor_fill_map(problems, child->parent, span);
    if (config_node_find_entry(map, child->key) == NULL)
        config_node_set(problems->arena, map, child->key, span, NULL);
    child->slot = &config_node_find_entry(map, child->key)->value;
}

static bool enter_component(struct problems *problems, struct cursor *child, struct span span)
{
    enum component_kind kind = child->parent->field->kind;
    const struct component *component = check_find_component(kind, cursor_fill(problems, child->parent, span));
    if (strcmp(child->key, "type") == 0 && kind != KIND_RUN)
        child->field = &type_field;
    else if (component != NULL)
        child->field = component_find_field(component, child->key);
    if (child->field == NULL && component != NULL) {
        check_add_unknown_key(problems, span, cursor_path(child, problems), child->key, component);
        return false;
    }
    enter_key(problems, child, span);
    return true;
}

/* The types of a list's components, for the user to choose from. */
static const char *list_names(const struct problems *problems, const struct config_node *list, enum component_kind kind)
{
    struct names names = {.items = arena_allocate(problems->arena, list->count, sizeof *names.items)};
    for (size_t i = 0; i < list->count; i++) {
        const struct component *component = check_find_component(kind, list->items[i]);
        names.items[names.count++] = component != NULL ? component->name : "?";
    }
    return names_join(&names, problems->arena);
}

/* Says that nothing is in the list to be changed. */
static bool add_empty_problem(struct problems *problems, const struct cursor *list, struct span span)
{
    const char *path = cursor_path(list, problems);
    bool on_command_line = span.mark.source == COMMAND_LINE;
    problem_add(problems, span, "%s: the list is empty", path);
    problem_hint(problems, on_command_line ? "write --%s=[...] to fill it" : "write '%s: [...]' to fill it",
                 on_command_line ? path : list->key);
    return false;
}

static bool check_index(struct problems *problems, const struct cursor *list, const char *key, struct span span,
                        size_t index)
{
    size_t count = (*list->slot)->count;
    if (index < count)
        return true;
    if (count == 0)
        return add_empty_problem(problems, list, span);
    const struct cursor item = {.parent = list, .key = key};
    problem_add(problems, span, "%s: no such item: the list has %zu, counted from 0", cursor_path(&item, problems),
                count);
    problem_hint(problems, "'%s+' adds to its end", list->key);
    return false;
}

static bool find_by_type(struct problems *problems, const struct cursor *list, const char *key, struct span span,
                         size_t *index)
{
    const struct config_node *node = *list->slot;
    enum component_kind kind = list->field->kind;
    size_t found = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct component *component = check_find_component(kind, node->items[i]);
        if (component == NULL || strcmp(component->name, key) != 0)
            continue;
        *index = i;
        found += 1;
    }
    if (found == 1)
        return true;
    if (node->count == 0)
        return add_empty_problem(problems, list, span);
    const struct cursor item = {.parent = list, .key = key};
    const char *path = cursor_path(&item, problems);
    const char *quoted = problem_quote(problems, key);
    if (found == 0)
        problem_add(problems, span, "%s: no %s in the list is called %s", path, component_kind_name(kind), quoted);
    else
        problem_add(problems, span, "%s: %zu %s in the list are called %s", path, found, component_kind_plural(kind),
                    quoted);
    problem_hint(problems, "%s (from 0): %s", found == 0 ? "the list has" : "choose by place",
                 list_names(problems, node, kind));
    return false;
}

bool cursor_find_item(struct problems *problems, const struct cursor *list, const char *key, struct span span,
                      size_t *index)
{
    cursor_fill_list(problems, list, span);
    if (cursor_key_is_index(key, index))
        return check_index(problems, list, key, span, *index);
    if (list->field != NULL && list->field->type == FIELD_COMPONENT_LIST)
        return find_by_type(problems, list, key, span, index);
    const struct cursor item = {.parent = list, .key = key};
    problem_add(problems, span, "%s: wanted the place of an item in the list, from 0, found %s",
                cursor_path(&item, problems), problem_quote(problems, key));
    return false;
}

/* What the schema says about one item of a list. */
static const struct field *make_item_field(struct arena *arena, const struct field *list)
{
    struct field *item = arena_allocate(arena, 1, sizeof *item);
    *item = *list;
    item->default_text = NULL;
    item->nullable = false;
    item->type = list->type == FIELD_COMPONENT_LIST ? FIELD_COMPONENT
                 : list->type == FIELD_INT_LIST     ? FIELD_INT64
                 : list->type == FIELD_DOUBLE_LIST  ? FIELD_DOUBLE
                                                    : FIELD_STRING;
    return item;
}

static bool enter_list(struct problems *problems, struct cursor *child, struct span span)
{
    size_t index = 0;
    if (!cursor_find_item(problems, child->parent, child->key, span, &index))
        return false;
    child->field = make_item_field(problems->arena, child->parent->field);
    child->slot = &(*child->parent->slot)->items[index];
    return true;
}

static bool enter_unknown(struct problems *problems, struct cursor *child, struct span span)
{
    size_t index = 0;
    const struct config_node *node = cursor_fill(problems, child->parent, span);
    if (node->kind != NODE_LIST || !cursor_key_is_index(child->key, &index)) {
        enter_key(problems, child, span);
        return true;
    }
    if (!check_index(problems, child->parent, child->key, span, index))
        return false;
    child->slot = &(*child->parent->slot)->items[index];
    return true;
}

bool cursor_enter(struct problems *problems, const struct cursor *parent, const char *key, struct span span,
                  struct cursor *child)
{
    const struct field *field = parent->field;
    *child = (struct cursor){.parent = parent, .key = key, .written = parent->written};
    if (field == NULL)
        return enter_unknown(problems, child, span);
    if (field->type == FIELD_COMPONENT)
        return enter_component(problems, child, span);
    if (cursor_is_list(parent))
        return enter_list(problems, child, span);
    problem_add(problems, span, "%s: '%s' has nothing inside, it is of type: %s", cursor_path(child, problems),
                field->name, field_type_name(field->type));
    return false;
}
