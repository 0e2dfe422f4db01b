/* diff.c: in what two configs differ, by what they mean. */
#include "runner/config/diff.h"

#include <string.h>

#include "runner/build/json_value.h"

/* Longer lists are compared place by place: aligning takes the product of the lengths. */
#define ALIGNED_ITEMS_MAX ((size_t)1000)

static void add_change(struct config_changes *changes, struct config_change change)
{
    if (changes->count == changes->capacity) {
        size_t capacity = changes->capacity > 0 ? changes->capacity * 2 : 16;
        struct config_change *grown = arena_allocate(changes->arena, capacity, sizeof *grown);
        if (changes->count > 0)
            memcpy(grown, changes->items, changes->count * sizeof *grown);
        changes->items = grown;
        changes->capacity = capacity;
    }
    changes->items[changes->count++] = change;
}

static bool is_number(const struct field *field)
{
    return field != NULL && (field->type == FIELD_DOUBLE || field->type == FIELD_DOUBLE_LIST);
}

/* Whether two values are the same that are no components and hold none. */
static bool is_same(const struct config_node *before, const struct config_node *after, const struct field *field)
{
    double first = 0, second = 0;
    if (before->kind != after->kind || before->count != after->count)
        return false;
    if (before->kind == NODE_SCALAR)
        return strcmp(before->text, after->text) == 0 ||
               (is_number(field) && number_parse_double(before->text, &first) &&
                number_parse_double(after->text, &second) && first == second);
    for (size_t i = 0; before->kind == NODE_LIST && i < before->count; i++)
        if (!is_same(before->items[i], after->items[i], field))
            return false;
    return true;
}

static void diff_value(struct config_changes *changes, struct config_change change);

static const char *join_key(struct config_changes *changes, const char *path, const char *key)
{
    return *path != '\0' ? arena_format(changes->arena, "%s.%s", path, key) : key;
}

/* Two components, of one type or of two: the type, then the fields of either. */
static void diff_components(struct config_changes *changes, const struct config_change *change)
{
    const struct config_node *before = change->before, *after = change->after;
    if (before->component != after->component)
        add_change(changes, (struct config_change){.key = join_key(changes, change->key, "type"),
                                                   .before = config_node_find(before, "type"),
                                                   .after = config_node_find(after, "type")});
    for (int side = 0; side < 2; side++) {
        const struct component *component = side == 0 ? before->component : after->component;
        for (size_t i = 0; i < component->field_count; i++) {
            const struct field *field = &component->fields[i];
            if (side == 1 && config_node_find_entry(before, field->name) != NULL)
                continue;
            diff_value(changes, (struct config_change){.key = join_key(changes, change->key, field->name),
                                                       .before = config_node_find(before, field->name),
                                                       .after = config_node_find(after, field->name),
                                                       .field = field});
        }
    }
}

static size_t count_type(const struct config_node *list, const struct component *component, size_t end)
{
    size_t count = 0;
    for (size_t i = 0; i < end; i++)
        count += list->items[i]->component == component;
    return count;
}

/* "Resize", or "Resize[1]" for the second one of several. */
static const char *item_key(struct config_changes *changes, const struct config_change *change,
                            const struct config_node *list, size_t index)
{
    const struct component *component = list->items[index]->component;
    bool is_only = count_type(change->before, component, change->before->count) <= 1 &&
                   count_type(change->after, component, change->after->count) <= 1;
    const char *name = component->name;
    if (!is_only)
        name = arena_format(changes->arena, "%s[%zu]", name, count_type(list, component, index));
    return join_key(changes, change->key, name);
}

/* lengths[i][j]: how many types the ends of the lists from i and from j have in common, in one order. */
static size_t *measure_common(struct config_changes *changes, const struct config_node *before,
                              const struct config_node *after)
{
    size_t columns = after->count + 1;
    size_t *lengths = arena_allocate(changes->arena, (before->count + 1) * columns, sizeof *lengths);
    for (size_t i = before->count; i-- > 0;)
        for (size_t j = after->count; j-- > 0;) {
            size_t down = lengths[(i + 1) * columns + j], right = lengths[i * columns + j + 1];
            bool same = before->items[i]->component == after->items[j]->component;
            lengths[i * columns + j] = same ? lengths[(i + 1) * columns + j + 1] + 1 : down > right ? down : right;
        }
    return lengths;
}

static void diff_lists_of_components(struct config_changes *changes, const struct config_change *change)
{
    const struct config_node *before = change->before, *after = change->after;
    size_t columns = after->count + 1, i = 0, j = 0;
    size_t *common = measure_common(changes, before, after);
    while (i < before->count || j < after->count) {
        struct config_change item = {.field = change->field};
        bool both = i < before->count && j < after->count;
        bool same = both && before->items[i]->component == after->items[j]->component;
        bool goes =
            !same && i < before->count && (!both || common[(i + 1) * columns + j] >= common[i * columns + j + 1]);
        item.key = goes ? item_key(changes, change, before, i) : item_key(changes, change, after, j);
        item.before = same || goes ? before->items[i++] : NULL;
        item.after = goes ? NULL : after->items[j++];
        diff_value(changes, item);
    }
}

static bool can_align(const struct config_node *before, const struct config_node *after)
{
    if (before->kind != NODE_LIST || after->kind != NODE_LIST || before->count > ALIGNED_ITEMS_MAX ||
        after->count > ALIGNED_ITEMS_MAX)
        return false;
    return (before->count == 0 || before->items[0]->component != NULL) &&
           (after->count == 0 || after->items[0]->component != NULL);
}

static void diff_value(struct config_changes *changes, struct config_change change)
{
    const struct config_node *before = change.before, *after = change.after;
    bool both = before != NULL && after != NULL;
    if (both && before->component != NULL && after->component != NULL)
        diff_components(changes, &change);
    else if (both && can_align(before, after))
        diff_lists_of_components(changes, &change);
    else if (!both || !is_same(before, after, change.field))
        add_change(changes, change);
}

void config_diff(const struct config_node *before, const struct config_node *after, struct config_changes *changes)
{
    diff_value(changes, (struct config_change){.key = "", .before = before, .after = after});
}

static void append_value(const struct config_node *node, struct text *text)
{
    if (node != NULL)
        config_node_format_line(node, text);
    else
        text_append(text, "(none)");
}

void config_changes_format(const struct config_changes *changes, struct text *text)
{
    for (size_t i = 0; i < changes->count; i++) {
        text_format(text, "%s: ", changes->items[i].key);
        append_value(changes->items[i].before, text);
        text_append(text, " -> ");
        append_value(changes->items[i].after, text);
        text_append_char(text, '\n');
    }
}

json_t *config_changes_describe(const struct config_changes *changes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < changes->count; i++) {
        const struct config_change *change = &changes->items[i];
        json_t *item = json_object();
        json_object_set_new(item, "key", json_string(change->key));
        if (change->before != NULL)
            json_object_set_new(item, "before", json_value_create(change->before, change->field));
        if (change->after != NULL)
            json_object_set_new(item, "after", json_value_create(change->after, change->field));
        json_array_append_new(list, item);
    }
    return list;
}

void config_changes_format_json(const struct config_changes *changes, struct text *json)
{
    json_t *list = config_changes_describe(changes);
    json_value_format(list, json);
    json_decref(list);
}
