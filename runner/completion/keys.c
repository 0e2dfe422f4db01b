/* keys.c: what may be said about a config's keys: the keys themselves, and their values. */
#include "runner/completion/keys.h"

#include <stdio.h>
#include <string.h>

#include "runner/build/describe.h"
#include "runner/config/layer.h"
#include "runner/config/place.h"

/* Where keys go: behind which words, and which of them. */
struct keys {
    struct answer *answer;
    const char *prefix;
    enum keys_wanted wanted;
};

static bool is_scalar(enum field_type type)
{
    return type != FIELD_COMPONENT && type != FIELD_COMPONENT_LIST;
}

static void add_field(const struct keys *keys, const struct field *field)
{
    bool has_keys = !is_scalar(field->type);
    /* Of a kind with one component there is nothing to choose. */
    bool has_values = field->type != FIELD_COMPONENT || registry_only(field->kind) == NULL;
    const char *documentation = field->documentation;
    if (keys->wanted == KEYS_TO_DENY ? field->type == FIELD_BOOL : keys->wanted == KEYS_TO_NAME || has_values)
        answer_add(keys->answer, keys->prefix, field->name, keys->wanted == KEYS_TO_SET ? "=" : "", documentation);
    if (has_keys)
        answer_add(keys->answer, keys->prefix, field->name, ".", documentation);
}

/* True when an earlier component of the kind has a field of this name. */
static bool is_repeated(const struct component *component, const char *name)
{
    for (const struct component *before = registry_components; before < component; before++)
        if (before->kind == component->kind && component_find_field(before, name) != NULL)
            return true;
    return false;
}

static void add_component_fields(const struct keys *keys, const struct component *component, bool only_new)
{
    for (size_t i = 0; i < component->field_count; i++)
        if (!only_new || !is_repeated(component, component->fields[i].name))
            add_field(keys, &component->fields[i]);
}

static void add_component_keys(const struct keys *keys, const struct place *place)
{
    const struct component *component = place_component(place);
    enum component_kind kind = place->field.kind;
    if (registry_only(kind) == NULL && keys->wanted != KEYS_TO_DENY)
        answer_add(keys->answer, keys->prefix, "type", keys->wanted == KEYS_TO_SET ? "=" : "",
                   "Which component it is.");
    if (component != NULL) {
        add_component_fields(keys, component, false);
        return;
    }
    for (size_t i = 0; i < registry_component_count; i++)
        if (registry_components[i].kind == kind)
            add_component_fields(keys, &registry_components[i], true);
}

/* The items of a list of components: by type where that is enough, and by place. */
static void add_items(const struct keys *keys, const struct place *place)
{
    size_t count = place_count(place);
    for (size_t i = 0; i < count; i++) {
        const struct component *component = place_item(place, i);
        if (component != NULL && place_count_of(place, component) == 1)
            answer_add(keys->answer, keys->prefix, component->name, ".", component->summary);
    }
    for (size_t i = 0; i < count; i++) {
        char index[24];
        const struct component *component = place_item(place, i);
        snprintf(index, sizeof index, "%zu", i);
        answer_add(keys->answer, keys->prefix, index, ".", component != NULL ? component->name : "");
    }
    for (size_t i = 0; i < registry_component_count && count == 0; i++)
        if (registry_components[i].kind == place->field.kind)
            answer_add(keys->answer, keys->prefix, registry_components[i].name, ".", registry_components[i].summary);
}

void keys_add(struct answer *answer, const struct config_node *root, const char *prefix, enum keys_wanted wanted,
              struct arena *arena)
{
    size_t length = strlen(prefix);
    if (strncmp(answer->current, prefix, length) != 0) {
        if (strncmp(prefix, answer->current, strlen(answer->current)) != 0)
            return;
        length = strlen(answer->current);
    }
    const char *path = answer->current + length, *point = strrchr(path, '.');
    size_t owner = point != NULL ? (size_t)(point - path) : 0;
    struct place place = place_of_run(root);
    if (!place_follow(&place, arena_copy_bytes(arena, path, owner), arena) || place.is_type)
        return;
    const struct keys keys = {answer, prefix, wanted};
    struct keys below = keys;
    if (point != NULL)
        below.prefix = arena_format(arena, "%s%.*s.", prefix, (int)owner, path);
    if (place.field.type == FIELD_COMPONENT)
        add_component_keys(&below, &place);
    else if (place.field.type == FIELD_COMPONENT_LIST)
        add_items(&below, &place);
}

static void add_components(struct answer *answer, const char *prefix, enum component_kind kind)
{
    for (size_t i = 0; i < registry_component_count; i++)
        if (registry_components[i].kind == kind)
            answer_add(answer, prefix, registry_components[i].name, "", registry_components[i].summary);
}

static bool is_number(enum field_type type)
{
    return type == FIELD_INT || type == FIELD_INT64 || type == FIELD_DOUBLE || type == FIELD_AMOUNT;
}

/* A number to begin from: what the config says, and what it says by default. */
static void add_numbers(struct answer *answer, const char *prefix, const struct place *place)
{
    const struct config_node *node = place->node;
    const char *standard = place->field.default_text;
    const char *now = node != NULL && node->kind == NODE_SCALAR && node->span.mark.source != NULL ? node->text : NULL;
    if (now != NULL)
        answer_add(answer, prefix, now, "", "As it is now.");
    if (standard != NULL && strcmp(standard, "null") != 0 && (now == NULL || strcmp(now, standard) != 0))
        answer_add(answer, prefix, standard, "", "The default.");
}

static void add_values(struct answer *answer, const char *prefix, const struct place *place)
{
    const struct field *field = &place->field;
    if (!is_scalar(field->type))
        add_components(answer, prefix, field->kind);
    if (field->type == FIELD_BOOL) {
        answer_add(answer, prefix, "true", "", "");
        answer_add(answer, prefix, "false", "", "");
    }
    for (size_t i = 0; i < field->choice_count; i++)
        answer_add(answer, prefix, field->choices[i].name, "", field->choices[i].documentation);
    if (is_number(field->type))
        add_numbers(answer, prefix, place);
    if (field->nullable) {
        bool is_default = field->default_text != NULL && strcmp(field->default_text, "null") == 0;
        answer_add(answer, prefix, "null", "", is_default ? "The default." : "");
    }
    if (field->type == FIELD_STRING)
        answer_add_files(answer, prefix, "");
    if (!is_scalar(field->type) && !place->is_type)
        answer_add_files(answer, prefix, ".yaml");
}

void keys_add_values(struct answer *answer, const struct config_node *root, const char *key, const char *prefix,
                     struct arena *arena)
{
    struct place place = place_of_run(root);
    const char *name = NULL;
    bool deletes = layer_split_key(arena, key, &name) == LAYER_DELETE;
    if (name[0] != '\0' && !deletes && place_follow(&place, name, arena))
        add_values(answer, prefix, &place);
}

bool keys_is_flag(const struct config_node *root, const char *key, struct arena *arena)
{
    struct place place = place_of_run(root);
    return key[0] != '\0' && place_follow(&place, key, arena) && place.field.type == FIELD_BOOL;
}
