/* renamed.c: names that others use and we do not, in a config that has them. */
#include "runner/config/renamed.h"

#include <string.h>
#include <strings.h>

#include "runner/config/check.h"

static const struct field any_field = {.name = "", .type = FIELD_STRING, .nullable = true};
static const struct field flag_field = {.name = "", .type = FIELD_BOOL};

/* The first row of a key; its others follow. NULL: the table does not know it. */
static const struct renamed *find_rows(const char *component, const char *key)
{
    for (const struct renamed *row = renamed_table; row->name != NULL; row++)
        if (strcmp(row->component, component) == 0 && strcmp(row->name, key) == 0)
            return row;
    return NULL;
}

static bool is_same_key(const struct renamed *row, const struct renamed *first)
{
    return row->name != NULL && strcmp(row->component, first->component) == 0 && strcmp(row->name, first->name) == 0;
}

/* True for a number, a truth value and null: in quotes they are none. */
static bool is_typed(const char *text)
{
    double number = 0;
    return number_parse_double(text, &number) || strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0 ||
           config_node_text_is_null(text);
}

/* The value as rows write it; "" for what no row is for by its value. */
static const char *value_text(const struct config_node *value)
{
    if (value->kind == NODE_NULL)
        return "null";
    if (value->kind == NODE_LIST && value->count == 0)
        return "[]";
    bool is_word =
        value->kind == NODE_SCALAR && strcmp(value->text, "[]") != 0 && (!value->is_quoted || !is_typed(value->text));
    return is_word ? value->text : "";
}

bool renamed_applies(const struct renamed *row, const struct component *component)
{
    const struct field *field = component_find_field(component, row->name);
    if (field != NULL && (row->value == NULL || field->type == FIELD_BOOL))
        return false;
    for (size_t i = 0; i < RENAMED_SETTINGS_MAX && row->settings[i].key != NULL; i++)
        if (component_find_field(component, row->settings[i].key) == NULL)
            return false;
    return true;
}

/* Numbers by what they are, truth values in any case, words as they are. */
static bool is_same_value(const char *row, const char *written)
{
    double first = 0, second = 0;
    if (number_parse_double(row, &first) && number_parse_double(written, &second))
        return first == second;
    bool is_truth = strcmp(row, "true") == 0 || strcmp(row, "false") == 0;
    return is_truth ? strcasecmp(row, written) == 0 : strcmp(row, written) == 0;
}

const struct renamed *renamed_find(const struct component *component, const char *key, const struct config_node *value)
{
    const struct renamed *first = find_rows(component->name, key);
    for (const struct renamed *row = first; first != NULL && is_same_key(row, first); row++)
        if (renamed_applies(row, component) && (row->value == NULL || is_same_value(row->value, value_text(value))))
            return row;
    return NULL;
}

const struct field *renamed_find_field(const struct component *component, const char *key)
{
    const struct renamed *first = find_rows(component->name, key);
    if (first == NULL || component_find_field(component, key) != NULL)
        return NULL;
    const struct field *field = &any_field;
    for (const struct renamed *row = first; is_same_key(row, first); row++) {
        bool is_truth = row->value != NULL && (strcmp(row->value, "false") == 0 || strcmp(row->value, "true") == 0);
        if (is_truth)
            return &flag_field;
        for (size_t i = 0; i < RENAMED_SETTINGS_MAX && row->settings[i].key != NULL; i++)
            if (row->settings[i].value == NULL && component_find_field(component, row->settings[i].key) != NULL)
                field = component_find_field(component, row->settings[i].key);
    }
    return field;
}

const char *renamed_find_type(const char *name)
{
    for (const struct renamed_type *type = renamed_types; type->name != NULL; type++)
        if (strcmp(type->name, name) == 0)
            return type->instead;
    return NULL;
}

/* What is laid in the place of a row's key. */
static struct config_node *make_value(struct arena *arena, const struct renamed_setting *setting,
                                      const struct config_node *written)
{
    size_t budget = SIZE_MAX;
    if (setting->value == NULL)
        return config_node_copy(arena, written, &budget);
    if (strcmp(setting->value, "[]") == 0)
        return config_node_create(arena, NODE_LIST, written->span);
    return config_node_create_scalar(arena, setting->value, false, written->span);
}

/* One entry of a mapping, and where it is. */
struct renaming {
    struct problems *problems;
    const struct component *component;
    const char *path;
    /** As it was written. */
    const struct config_node *map;
    struct config_node *renamed;
};

static const char *dot(const struct renaming *renaming)
{
    return renaming->path[0] != '\0' ? "." : "";
}

static void refuse(const struct renaming *renaming, const struct entry *entry, const char *instead)
{
    problem_add(renaming->problems, entry->span, "%s%s%s: Lightning's '%s' is not here", renaming->path, dot(renaming),
                entry->key, entry->key);
    problem_hint(renaming->problems, "%s", instead);
}

/* False after adding the problem that the mapping says it twice, by both names. */
static bool check_not_given(const struct renaming *renaming, const struct entry *entry, const char *key)
{
    if (strcmp(key, entry->key) == 0 || config_node_find_entry(renaming->map, key) == NULL)
        return true;
    problem_add(renaming->problems, entry->span, "%s%s%s: Lightning's '%s' is '%s' here, which is given too",
                renaming->path, dot(renaming), entry->key, entry->key, key);
    problem_hint(renaming->problems, "keep '%s'", key);
    return false;
}

static void rename_entry(const struct renaming *renaming, const struct entry *entry, const struct renamed *row)
{
    struct arena *arena = renaming->problems->arena;
    struct text now = TEXT_INIT;
    for (size_t i = 0; i < RENAMED_SETTINGS_MAX && row->settings[i].key != NULL; i++) {
        const char *key = row->settings[i].key;
        struct config_node *value = make_value(arena, &row->settings[i], entry->value);
        text_format(&now, "%s%s: ", i > 0 ? ", " : "", key);
        config_node_format_line(value, &now);
        if (check_not_given(renaming, entry, key))
            config_node_set(arena, renaming->renamed, key, entry->span, value);
    }
    if (now.length > 0)
        problem_note(renaming->problems, entry->span, "%s: Lightning's '%s' is taken as '%s'", renaming->path,
                     entry->key, problem_shorten(renaming->problems, text_string(&now)));
    else
        problem_note(renaming->problems, entry->span, "%s: Lightning's '%s' says nothing here: left out",
                     renaming->path, entry->key);
    text_finish(&now);
}

void renamed_apply_to_map(struct problems *problems, const struct component *component, const char *path,
                          struct config_node *map)
{
    const struct config_node written = *map;
    const struct renaming renaming = {problems, component, path, &written, map};
    map->entries = NULL;
    map->count = map->capacity = 0;
    for (size_t i = 0; i < written.count; i++) {
        const struct entry *entry = &written.entries[i];
        const struct renamed *row = entry->value != NULL ? renamed_find(component, entry->key, entry->value) : NULL;
        if (row == NULL)
            config_node_set(problems->arena, map, entry->key, entry->span, entry->value);
        else if (row->instead != NULL)
            refuse(&renaming, entry, row->instead);
        else
            rename_entry(&renaming, entry, row);
    }
}

/* How far a walk through a tree is. */
struct walk {
    struct arena *arena;
    renamed_visit *visit;
    void *context;
};

static void walk_into(const struct walk *walk, const struct field *field, const char *path, struct config_node *node)
{
    const struct component *component = NULL;
    const struct field item = {.name = "", .type = FIELD_COMPONENT, .kind = field->kind};
    if (field->type == FIELD_COMPONENT && node->kind == NODE_MAP)
        component = check_find_component(field->kind, node);
    if (component != NULL)
        walk->visit(walk->context, component, path, node);
    for (size_t i = 0; i < node->count; i++) {
        const struct field *child = component != NULL ? component_find_field(component, node->entries[i].key) : NULL;
        if (child != NULL && (child->type == FIELD_COMPONENT || child->type == FIELD_COMPONENT_LIST))
            walk_into(walk, child, arena_format(walk->arena, "%s%s%s", path, path[0] != '\0' ? "." : "", child->name),
                      node->entries[i].value);
        else if (field->type == FIELD_COMPONENT_LIST && node->kind == NODE_LIST)
            walk_into(walk, &item, arena_format(walk->arena, "%s.%zu", path, i), node->items[i]);
    }
}

void renamed_visit_maps(struct arena *arena, struct config_node *root, renamed_visit *visit, void *context)
{
    const struct walk walk = {arena, visit, context};
    walk_into(&walk, &(struct field){.name = "", .type = FIELD_COMPONENT, .kind = KIND_RUN}, "", root);
}

static void apply_to_map(void *context, const struct component *component, const char *path, struct config_node *map)
{
    renamed_apply_to_map(context, component, path, map);
}

void renamed_apply(struct problems *problems, struct config_node *root)
{
    renamed_visit_maps(problems->arena, root, apply_to_map, problems);
}
