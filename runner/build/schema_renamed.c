/* schema_renamed.c: names that others use in a JSON Schema. */
#include "runner/build/schema_renamed.h"

#include <string.h>

#include "engine/base/text.h"
#include "runner/build/json_value.h"
#include "runner/config/renamed.h"

/* A row's value as JSON. */
static json_t *make_value(const char *text)
{
    double number = 0;
    if (strcmp(text, "null") == 0)
        return json_null();
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return json_boolean(strcmp(text, "true") == 0);
    if (strcmp(text, "[]") == 0)
        return json_array();
    return number_parse_double(text, &number) ? json_value_create_number(number) : json_string(text);
}

static bool is_same_name(const struct renamed *row, const struct renamed *other)
{
    return other->name != NULL && strcmp(row->component, other->component) == 0 && strcmp(row->name, other->name) == 0;
}

/* The values that rows of a name are for: all of them, or those that are taken. */
static json_t *make_values(const struct component *component, const struct renamed *first, bool only_taken)
{
    json_t *values = json_array();
    for (const struct renamed *row = first; is_same_name(first, row); row++)
        if (row->value != NULL && renamed_applies(row, component) && (!only_taken || row->instead == NULL))
            json_array_append_new(values, make_value(row->value));
    return values;
}

/* Leaves out the values for which there is something else to do, where any other is taken. */
static void refuse_values(json_t *schema, const struct component *component, const struct renamed *first)
{
    json_t *refused = json_array();
    for (const struct renamed *row = first; is_same_name(first, row); row++)
        if (row->value != NULL && row->instead != NULL && renamed_applies(row, component))
            json_array_append_new(refused, make_value(row->value));
    if (json_array_size(refused) > 0)
        json_object_set_new(schema, "not", json_pack("{s:O}", "enum", refused));
    json_decref(refused);
}

/* The row for any value; NULL when there is none that is taken. */
static const struct renamed *find_open_row(const struct component *component, const struct renamed *first)
{
    for (const struct renamed *row = first; is_same_name(first, row); row++)
        if (row->value == NULL && row->instead == NULL && renamed_applies(row, component))
            return row;
    return NULL;
}

/* The key whose value is that which was written under the old name; NULL when any value will do. */
static const char *find_heir(const struct renamed *row)
{
    for (size_t i = 0; i < RENAMED_SETTINGS_MAX && row->settings[i].key != NULL; i++)
        if (row->settings[i].value == NULL)
            return row->settings[i].key;
    return NULL;
}

static void set_property(json_t *properties, const struct component *component, const struct renamed *first)
{
    const struct renamed *open = find_open_row(component, first);
    const char *heir = open != NULL ? find_heir(open) : NULL;
    json_t *values = make_values(component, first, true), *own = json_object_get(properties, first->name);
    json_t *schema = json_object();
    /* What an editor shows beside a key stands at the top. */
    if (own != NULL) {
        json_object_set(schema, "description", json_object_get(own, "description"));
        json_object_set(schema, "default", json_object_get(own, "default"));
    } else
        json_object_update_new(schema, json_pack("{s:s,s:b}", "description", "Lightning's name.", "deprecated", 1));
    if (own != NULL || open == NULL || heir != NULL) {
        json_t *choices = json_pack("[{s:o}]", "enum", json_incref(values));
        if (own != NULL || heir != NULL)
            json_array_append(choices, own != NULL ? own : json_object_get(properties, heir));
        json_object_set_new(schema, "anyOf", choices);
    }
    if (open != NULL)
        refuse_values(schema, component, first);
    if (own != NULL || open != NULL || json_array_size(values) > 0)
        json_object_set(properties, first->name, schema);
    json_decref(schema);
    json_decref(values);
}

/* What a row sets is not to be given besides it. */
static void forbid_both(json_t *rules, const struct component *component, const struct renamed *first,
                        const struct renamed *row)
{
    json_t *keys = json_array();
    for (size_t i = 0; i < RENAMED_SETTINGS_MAX && row->settings[i].key != NULL; i++)
        if (strcmp(row->settings[i].key, row->name) != 0)
            json_array_append_new(keys, json_pack("{s:[s]}", "required", row->settings[i].key));
    if (json_array_size(keys) > 0 && row->instead == NULL) {
        json_t *values =
            row->value != NULL ? json_pack("[o]", make_value(row->value)) : make_values(component, first, false);
        json_t *is_value = json_pack("{s:{s:{s:o}}}", "properties", row->name, "enum", values);
        json_t *is_row = row->value != NULL ? is_value : json_pack("{s:o}", "not", is_value);
        json_array_append_new(rules, json_pack("{s:{s:[s],s:[o]},s:{s:{s:O}}}", "if", "required", row->name, "allOf",
                                               is_row, "then", "not", "anyOf", keys));
    }
    json_decref(keys);
}

void schema_add_renamed(json_t *schema, const struct component *component)
{
    json_t *properties = json_object_get(schema, "properties"), *rules = json_array();
    const struct renamed *first = renamed_table;
    for (const struct renamed *row = renamed_table; row->name != NULL; row++) {
        if (strcmp(row->component, component->name) != 0)
            continue;
        if (!is_same_name(first, row) || row == renamed_table)
            set_property(properties, component, row);
        first = is_same_name(first, row) ? first : row;
        if (renamed_applies(row, component))
            forbid_both(rules, component, first, row);
    }
    if (json_array_size(rules) > 0)
        json_object_set(schema, "allOf", rules);
    json_decref(rules);
}
