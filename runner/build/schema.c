/* schema.c: JSON Schemas of what a config may say. */
#include "runner/build/schema.h"

#include <assert.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/arena.h"
#include "runner/build/describe.h"
#include "runner/build/json_value.h"
#include "runner/build/schema_renamed.h"
#include "runner/config/yaml.h"

#define DRAFT "http://json-schema.org/draft-07/schema#"

static json_t *parse_default(const struct field *field)
{
    struct arena arena = ARENA_INIT;
    json_t *json = json_value_create(yaml_parse_default(&arena, field->default_text), field);
    arena_finish(&arena);
    return json;
}

/* "#/definitions/Resize", in the config's own schema or in the file beside a component's. */
static json_t *make_reference(const char *file, const char *name)
{
    json_t *schema = json_object();
    json_object_set_new(schema, "$ref", json_sprintf("%s#/definitions/%s", file, name));
    return schema;
}

/* A text in which a reference stands that is no "$${". */
#define REFERENCE "(^|[^$])\\$\\{"

/* A value of a type that is no text, or a reference to one. */
static json_t *make_typed_schema(const char *type)
{
    return json_pack("{s:[s,s],s:s}", "type", type, "string", "pattern", REFERENCE);
}

static json_t *make_reference_schema(void)
{
    return json_pack("{s:s,s:s}", "type", "string", "pattern", REFERENCE);
}

static void set_range(json_t *schema, const struct range *range)
{
    if (range->has_minimum)
        json_object_set_new(schema, range->excludes_minimum ? "exclusiveMinimum" : "minimum",
                            json_value_create_number(range->minimum));
    if (range->has_maximum)
        json_object_set_new(schema, range->excludes_maximum ? "exclusiveMaximum" : "maximum",
                            json_value_create_number(range->maximum));
}

static json_t *make_number_schema(const struct field *field, const char *type)
{
    json_t *schema = make_typed_schema(type);
    set_range(schema, &field->range);
    bool is_int = field->type == FIELD_INT;
    if (strcmp(type, "integer") == 0 && !field->range.has_minimum)
        json_object_set_new(schema, "minimum", json_integer(is_int ? INT_MIN : INT64_MIN));
    if (strcmp(type, "integer") == 0 && !field->range.has_maximum)
        json_object_set_new(schema, "maximum", json_integer(is_int ? INT_MAX : INT64_MAX));
    return schema;
}

/* A count of any size, or a share of at most 1. JSON Schema takes 2.0 for a count. */
static json_t *make_amount_schema(const struct field *field)
{
    json_t *count = make_number_schema(field, "integer");
    json_t *share = make_number_schema(field, "number");
    if (!field->range.has_minimum) {
        json_object_set_new(count, "minimum", json_integer(0));
        json_object_set_new(share, "minimum", json_integer(0));
    }
    if (!field->range.has_maximum || field->range.maximum > 1)
        json_object_set_new(share, "maximum", json_integer(1));
    return json_pack("{s:[o,o]}", "anyOf", count, share);
}

/* The spellings; one that other readers take for a number or a truth value, also as such. */
static json_t *make_choice_schema(const struct field *field)
{
    json_t *names = json_array();
    for (size_t i = 0; i < field->choice_count; i++) {
        const char *name = field->choices[i].name;
        double number = 0;
        json_array_append_new(names, json_string(name));
        if (number_parse_double(name, &number))
            json_array_append_new(names, json_value_create_number(number));
        else if (strcmp(name, "true") == 0 || strcmp(name, "false") == 0)
            json_array_append_new(names, json_boolean(strcmp(name, "true") == 0));
    }
    return json_pack("{s:[{s:o},o]}", "anyOf", "enum", names, make_reference_schema());
}

static void kind_definition_name(enum component_kind kind, char name[32])
{
    size_t length = 0;
    for (const char *word = component_kind_name(kind); word[length] != '\0' && length < 31; length++)
        name[length] = (char)(word[length] == ' ' ? '_' : word[length]);
    name[length] = '\0';
}

/* One value of the field; for a list, of its items. */
static json_t *make_item_schema(const struct field *field, const char *file)
{
    char kind[32];
    switch (field->type) {
    case FIELD_BOOL:
        return make_typed_schema("boolean");
    case FIELD_INT:
    case FIELD_INT64:
    case FIELD_INT_LIST:
        return make_number_schema(field, "integer");
    case FIELD_DOUBLE:
    case FIELD_DOUBLE_LIST:
        return make_number_schema(field, "number");
    case FIELD_STRING:
    case FIELD_STRING_LIST:
        if (field->takes_list)
            return json_pack("{s:[s,s,s,s]}", "type", "string", "number", "boolean", "array");
        return json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
    case FIELD_CHOICE:
        return make_choice_schema(field);
    case FIELD_AMOUNT:
        return make_amount_schema(field);
    case FIELD_COMPONENT:
    case FIELD_COMPONENT_LIST:
        break;
    }
    kind_definition_name(field->kind, kind);
    return make_reference(file, kind);
}

/* The documentation, and what each choice means. */
static json_t *make_description(const struct field *field)
{
    struct text words = TEXT_INIT;
    text_append(&words, field->documentation);
    for (size_t i = 0; i < field->choice_count; i++) {
        if (*field->choices[i].documentation != '\0')
            text_format(&words, "\n%s: %s", field->choices[i].name, field->choices[i].documentation);
    }
    json_t *description = json_string(text_string(&words));
    text_finish(&words);
    return description;
}

static json_t *make_field_schema(const struct field *field, const char *file)
{
    json_t *schema = make_item_schema(field, file);
    json_t *result = json_object();
    json_object_set_new(result, "description", make_description(field));
    if (field_is_list(field->type)) {
        json_t *array = json_pack("{s:s,s:O}", "type", "array", "items", schema);
        json_object_set_new(result, "anyOf", json_pack("[o,o]", schema, array));
    } else if (field->nullable) {
        json_object_set_new(result, "anyOf", json_pack("[o,{s:s}]", schema, "type", "null"));
    } else if (field->type == FIELD_COMPONENT) {
        json_object_set_new(result, "allOf", json_pack("[o]", schema)); /* beside a $ref nothing counts */
    } else {
        json_object_update(result, schema);
        json_decref(schema);
    }
    if (field->default_text != NULL)
        json_object_set_new(result, "default", parse_default(field));
    return result;
}

/* The name of the component, or a reference to it. */
static json_t *make_type_schema(const struct component *component)
{
    return json_pack("{s:s,s:[{s:s},o]}", "description", component->summary, "anyOf", "const", component->name,
                     make_reference_schema());
}

/* The mapping that makes a component. */
static json_t *make_component_schema(const struct component *component, const char *file)
{
    json_t *schema = json_object(), *properties = json_object(), *required = json_array();
    json_object_set_new(schema, "title", json_string(component->name));
    json_object_set_new(schema, "description", json_string(component->documentation));
    json_object_set_new(schema, "type", json_string("object"));
    if (component->kind != KIND_RUN) {
        json_object_set_new(properties, "type", make_type_schema(component));
        if (registry_only(component->kind) == NULL)
            json_array_append_new(required, json_string("type"));
    }
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        json_object_set_new(properties, field->name, make_field_schema(field, file));
        if (field->default_text == NULL)
            json_array_append_new(required, json_string(field->name));
    }
    json_object_set_new(schema, "properties", properties);
    if (json_array_size(required) > 0)
        json_object_set(schema, "required", required);
    json_decref(required);
    json_object_set_new(schema, "additionalProperties", json_false());
    schema_add_renamed(schema, component);
    return schema;
}

static json_t *make_part_reference(const char *file, const char *name)
{
    json_t *schema = json_object();
    json_object_set_new(schema, "$ref", json_sprintf("%s#/definitions/%s_part", file, name));
    return schema;
}

/* Whether what is laid over a value may be a part of one. */
static bool has_parts(const struct field *field)
{
    return field->type == FIELD_COMPONENT || field_is_list(field->type);
}

/* What may be laid over the value of a field that has parts; `whole` is what may be the value itself. */
static json_t *make_part_field_schema(const struct field *field, const char *file, json_t *whole)
{
    char kind[32];
    json_t *schema = json_object(), *choices = json_pack("[o]", whole);
    if (field->type == FIELD_COMPONENT) {
        kind_definition_name(field->kind, kind);
        json_array_clear(choices);
        json_array_append_new(choices, make_part_reference(file, kind));
        if (field->nullable)
            json_array_append_new(choices, json_pack("{s:s}", "type", "null"));
    } else {
        json_array_append_new(choices, json_pack("{s:s}", "type", "object")); /* changes items */
    }
    json_object_set_new(schema, "description", make_description(field));
    json_object_set_new(schema, "anyOf", choices);
    if (field->default_text != NULL)
        json_object_set_new(schema, "default", parse_default(field));
    return schema;
}

/* Keys that change what lies under them: "train_transforms+", "Resize~". */
static void allow_changes(json_t *schema)
{
    json_object_set_new(schema, "patternProperties", json_pack("{s:{},s:{s:s}}", "[+]$", "~$", "type", "null"));
    json_object_set_new(schema, "additionalProperties", json_false());
}

/* The mapping that makes a component, or is laid over one: nothing is required. */
static json_t *make_part_schema(const struct component *component)
{
    json_t *schema = json_pack("{s:s}", "type", "object"), *properties = json_object();
    json_t *whole = make_component_schema(component, ""), *property = NULL;
    const char *name = NULL;
    json_object_foreach (json_object_get(whole, "properties"), name, property) {
        const struct field *field = component_find_field(component, name);
        json_t *value = json_object();
        json_object_set_new(value, "$ref", json_sprintf("#/definitions/%s/properties/%s", component->name, name));
        json_object_set_new(properties, name,
                            field != NULL && has_parts(field) ? make_part_field_schema(field, "", value) : value);
    }
    json_decref(whole);
    json_object_set_new(schema, "properties", properties);
    allow_changes(schema);
    return schema;
}

static json_t *make_base_schema(void)
{
    return json_pack("{s:s,s:[{s:s},{s:s,s:{s:s}}]}", "description",
                     "The file, or files, that this one is laid over, the first one lowest; relative to this file.",
                     "anyOf", "type", "string", "type", "array", "items", "type", "string");
}

/* A file that makes a component: the mapping that does so; with a `base` any part of it. */
static json_t *make_file_schema(const struct component *component, const char *file)
{
    json_t *schema = make_component_schema(component, file), *strict = json_object();
    json_t *properties = json_object_get(schema, "properties"), *wholes = json_object();
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        if (!has_parts(field))
            continue;
        json_t *whole = json_incref(json_object_get(properties, field->name));
        json_object_set_new(properties, field->name, make_part_field_schema(field, file, json_incref(whole)));
        json_object_set_new(wholes, field->name, whole);
    }
    json_object_set_new(properties, "base", make_base_schema());
    json_object_set_new(strict, "properties", wholes);
    if (json_object_get(schema, "required") != NULL)
        json_object_set(strict, "required", json_object_get(schema, "required"));
    json_object_set_new(strict, "patternProperties", json_pack("{s:b,s:b}", "[+]$", 0, "~$", 0));
    json_object_del(schema, "required");
    allow_changes(schema);
    json_object_set_new(schema, "if", json_pack("{s:[s]}", "required", "base"));
    json_object_set_new(schema, "else", strict);
    return schema;
}

/* Any component of a kind: the name of one that needs nothing, or a mapping. */
static json_t *make_kind_schema(enum component_kind kind)
{
    json_t *choices = json_array();
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (component->kind != kind)
            continue;
        if (component_is_complete(component))
            json_array_append_new(choices,
                                  json_pack("{s:s,s:s}", "const", component->name, "description", component->summary));
        json_array_append_new(choices, make_reference("", component->name));
    }
    json_t *schema = json_object();
    json_object_set_new(schema, "description", json_sprintf("One of the %s.", component_kind_plural(kind)));
    if (json_array_size(choices) > 0) {
        json_array_append_new(choices, json_pack("{s:s,s:s,s:s}", "type", "string", "pattern", "\\.ya?ml$",
                                                 "description", "A file that holds it, relative to this file."));
        json_array_append_new(choices, make_reference_schema());
        json_object_set(schema, "anyOf", choices);
    } else {
        json_object_set_new(schema, "not", json_object());
    }
    json_decref(choices);
    return schema;
}

/* Any component of a kind, or a part of one that is laid over it. */
static json_t *make_kind_part_schema(enum component_kind kind)
{
    char name[32];
    kind_definition_name(kind, name);
    json_t *choices = json_pack("[o]", make_reference("", name));
    for (size_t i = 0; i < registry_component_count; i++)
        if (registry_components[i].kind == kind)
            json_array_append_new(choices, make_part_reference("", registry_components[i].name));
    return json_pack("{s:o}", "anyOf", choices);
}

static void set_part(json_t *definitions, const char *name, json_t *schema)
{
    struct text key = TEXT_INIT;
    text_format(&key, "%s_part", name);
    json_object_set_new(definitions, text_string(&key), schema);
    text_finish(&key);
}

static void append_json(struct text *text, json_t *schema)
{
    char *dump = json_dumps(schema, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    assert(dump != NULL);
    text_append(text, dump);
    text_append_char(text, '\n');
    free(dump);
    json_decref(schema);
}

/* The schema with "$schema" as its first key. */
static json_t *with_draft(json_t *schema)
{
    json_t *result = json_pack("{s:s}", "$schema", DRAFT);
    json_object_update(result, schema);
    json_decref(schema);
    return result;
}

void schema_format_config(struct text *json)
{
    const struct component *run = registry_only(KIND_RUN);
    assert(run != NULL);
    json_t *definitions = json_object();
    for (int kind = KIND_RUN + 1; kind < KIND_COUNT; kind++) {
        char name[32];
        kind_definition_name(kind, name);
        json_object_set_new(definitions, name, make_kind_schema(kind));
        set_part(definitions, name, make_kind_part_schema(kind));
    }
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (component->kind == KIND_RUN)
            continue;
        json_object_set_new(definitions, component->name, make_component_schema(component, ""));
        set_part(definitions, component->name, make_part_schema(component));
    }
    json_t *schema = with_draft(make_file_schema(run, ""));
    json_object_set_new(schema, "definitions", definitions);
    append_json(json, schema);
}

void schema_format_component(const struct component *component, struct text *json)
{
    append_json(json, with_draft(make_file_schema(component, SCHEMA_CONFIG_NAME)));
}
