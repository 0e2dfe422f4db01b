/* place.c: a place in a config that need not be whole: what the schema says about it, and what stands there. */
#include "runner/config/place.h"

#include <string.h>

#include "engine/base/nearest.h"
#include "runner/config/check.h"
#include "runner/config/names.h"
#include "runner/config/yaml.h"

struct place place_of_run(const struct config_node *root)
{
    return (struct place){.field = {.name = "", .type = FIELD_COMPONENT, .kind = KIND_RUN}, .node = root};
}

const struct component *place_component(const struct place *place)
{
    bool is_component = place->field.type == FIELD_COMPONENT && !place->is_type;
    return is_component ? check_find_component(place->field.kind, place->node) : NULL;
}

size_t place_count(const struct place *place)
{
    if (place->node == NULL || place->node->kind == NODE_NULL)
        return 0;
    return place->node->kind == NODE_LIST ? place->node->count : 1;
}

static const struct config_node *item_node(const struct place *place, size_t index)
{
    return place->node->kind == NODE_LIST ? place->node->items[index] : place->node;
}

const struct component *place_item(const struct place *place, size_t index)
{
    return check_find_component(place->field.kind, item_node(place, index));
}

size_t place_count_of(const struct place *place, const struct component *component)
{
    size_t count = 0;
    for (size_t i = 0; i < place_count(place); i++)
        count += place_item(place, i) == component;
    return count;
}

/* The field that a key names, of the component at hand, or of any of its kind when that is not known. */
static const struct field *find_field(const struct place *place, const char *key)
{
    const struct component *component = place_component(place);
    if (component != NULL)
        return component_find_field(component, key);
    const struct field *field = NULL;
    for (size_t i = 0; i < registry_component_count && field == NULL; i++)
        if (registry_components[i].kind == place->field.kind)
            field = component_find_field(&registry_components[i], key);
    return field;
}

static bool enter_component(struct place *place, const char *key, struct arena *arena)
{
    if (strcmp(key, "type") == 0 && place->field.kind != KIND_RUN) {
        place->is_type = true;
        place->field.nullable = false;
        return true;
    }
    const struct field *field = find_field(place, key);
    if (field == NULL)
        return false;
    place->node = config_node_find(place->node, key);
    place->field = *field;
    if (place->node == NULL && field->default_text != NULL)
        place->node = yaml_parse_default(arena, field->default_text);
    return true;
}

const struct config_node *place_find_item(const struct place *place, const char *segment)
{
    size_t count = place_count(place);
    if (segment[0] != '\0' && segment[strspn(segment, "0123456789")] == '\0') {
        int64_t index = 0;
        bool there = number_parse_int64(segment, &index) && index >= 0 && (uint64_t)index < count;
        return there ? item_node(place, (size_t)index) : NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const struct component *component = place_item(place, i);
        if (component != NULL && strcmp(component->name, segment) == 0)
            return item_node(place, i);
    }
    return NULL;
}

static bool enter_list(struct place *place, const char *segment, struct arena *arena)
{
    const struct config_node *item = place_find_item(place, segment);
    /* An empty list is also what a config that cannot be read leaves: then the type's name is enough. */
    if (item == NULL && place_count(place) == 0 && registry_find(place->field.kind, segment) != NULL)
        item = config_node_create_scalar(arena, segment, false, (struct span){.width = 0});
    place->field = (struct field){.name = "", .type = FIELD_COMPONENT, .kind = place->field.kind};
    place->node = item;
    return item != NULL;
}

/* What an item of a list of numbers or texts is. */
static enum field_type item_type(enum field_type list)
{
    return list == FIELD_INT_LIST ? FIELD_INT64 : list == FIELD_DOUBLE_LIST ? FIELD_DOUBLE : FIELD_STRING;
}

/* An item of a list of numbers or texts, by its place. */
static bool enter_scalar_list(struct place *place, const char *segment)
{
    place->node = place_find_item(place, segment);
    place->field.type = item_type(place->field.type);
    place->field.default_text = NULL;
    place->field.nullable = false;
    return place->node != NULL;
}

bool place_follow(struct place *place, const char *path, struct arena *arena)
{
    while (*path != '\0') {
        size_t length = strcspn(path, ".");
        const char *segment = arena_copy_bytes(arena, path, length);
        bool found = false;
        if (place->field.type == FIELD_COMPONENT && !place->is_type)
            found = enter_component(place, segment, arena);
        else if (place->field.type == FIELD_COMPONENT_LIST)
            found = enter_list(place, segment, arena);
        else if (place->field.type == FIELD_INT_LIST || place->field.type == FIELD_DOUBLE_LIST ||
                 place->field.type == FIELD_STRING_LIST)
            found = enter_scalar_list(place, segment);
        if (!found)
            return false;
        path += length + (path[length] == '.' ? 1 : 0);
    }
    return true;
}

/* The names that may stand behind a place. */
static struct names names_behind(const struct place *place, struct arena *arena)
{
    const struct component *component = place_component(place);
    if (component != NULL)
        return names_of_fields(arena, component);
    return place->field.type == FIELD_COMPONENT_LIST ? names_of_kind(arena, place->field.kind)
                                                     : (struct names){.count = 0};
}

const char *place_format_guess(const struct config_node *root, const char *path, struct arena *arena)
{
    struct place place = place_of_run(root), next = place;
    const char *at = path;
    size_t length = strcspn(at, ".");
    while (place_follow(&next, arena_copy_bytes(arena, at, length), arena) && at[length] == '.') {
        place = next;
        at += length + 1;
        length = strcspn(at, ".");
    }
    struct names names = names_behind(&place, arena);
    const char *near = nearest_find(arena_copy_bytes(arena, at, length), names.items, names.count);
    if (near == NULL)
        return "";
    return arena_format(arena, " (did you mean '%.*s%s%s'?)", (int)(at - path), path, near, at + length);
}
