/* json_schema.c: whether a JSON Schema accepts a config. */
#include "tests/fuzz/json_schema.h"

#include <assert.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PATTERNS_MAX 8

/* A value, or a scalar taken for one of the things that it may be. */
enum form {
    FORM_NULL,
    FORM_BOOLEAN,
    FORM_INTEGER,
    FORM_NUMBER, /* and no integer */
    FORM_STRING,
    FORM_ARRAY,
    FORM_OBJECT,
};

struct instance {
    const struct config_node *node;
    enum form form;
    bool truth;
    long double number; /* holds every integer of 64 bits */
};

struct validator {
    const json_t *root;
    enum typing typing;
};

static bool accepts_instance(const struct validator *validator, const json_t *schema, struct instance instance);

/* Takes the scalar for a truth value; false when it is none. */
static bool take_boolean(const char *text, enum typing typing, struct instance *instance)
{
    static const char *const core[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    bool found = typing == TYPING_BY_SCHEMA && (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0);
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        found = found || strcmp(text, core[i]) == 0;
    instance->form = FORM_BOOLEAN;
    instance->truth = strcasecmp(text, "true") == 0;
    return found;
}

/* Whether the whole text is digits with a sign, at most one point, and an exponent, as the core schema has them. */
static bool is_core_number(const char *text, bool *is_integer)
{
    const char *at = text + (*text == '-' || *text == '+');
    size_t whole = strspn(at, "0123456789");
    *is_integer = whole > 0 && at[whole] == '\0';
    at += whole;
    size_t fraction = *at == '.' ? strspn(at + 1, "0123456789") : 0;
    at += *at == '.' ? 1 + fraction : 0;
    if (whole + fraction == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+');
        size_t exponent = strspn(at, "0123456789");
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return *at == '\0';
}

/* Takes the scalar for a number; false when it is none. */
static bool take_number(const char *text, enum typing typing, struct instance *instance)
{
    bool is_integer = false;
    if (!is_core_number(text, &is_integer))
        return false;
    instance->number = is_integer ? strtold(text, NULL) : (long double)strtod(text, NULL);
    instance->form = is_integer ? FORM_INTEGER : FORM_NUMBER;
    if (typing == TYPING_BY_SCHEMA)
        return isfinite(strtod(text, NULL));
    if (isfinite(instance->number) && instance->number == floorl(instance->number))
        instance->form = FORM_INTEGER;
    return true;
}

static bool has_type(const struct instance *instance, const char *type)
{
    switch (instance->form) {
    case FORM_NULL:
        return strcmp(type, "null") == 0;
    case FORM_BOOLEAN:
        return strcmp(type, "boolean") == 0;
    case FORM_INTEGER:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case FORM_NUMBER:
        return strcmp(type, "number") == 0;
    case FORM_STRING:
        return strcmp(type, "string") == 0;
    case FORM_ARRAY:
        return strcmp(type, "array") == 0;
    case FORM_OBJECT:
        break;
    }
    return strcmp(type, "object") == 0;
}

static bool check_type(const struct instance *instance, const json_t *types)
{
    if (json_is_string(types))
        return has_type(instance, json_string_value(types));
    size_t i = 0;
    const json_t *type = NULL;
    json_array_foreach (types, i, type) {
        if (has_type(instance, json_string_value(type)))
            return true;
    }
    return false;
}

/* A JSON number as it is written: json_number_value would round an integer. */
static long double exact_value(const json_t *number)
{
    assert(json_is_number(number));
    return json_is_integer(number) ? (long double)json_integer_value(number) : (long double)json_real_value(number);
}

static bool equals(const struct instance *instance, const json_t *value)
{
    switch (instance->form) {
    case FORM_NULL:
        return json_is_null(value);
    case FORM_STRING:
        return json_is_string(value) && strcmp(instance->node->text, json_string_value(value)) == 0;
    case FORM_BOOLEAN:
        return json_is_boolean(value) && json_is_true(value) == instance->truth;
    case FORM_INTEGER:
    case FORM_NUMBER:
        return json_is_number(value) && exact_value(value) == instance->number;
    case FORM_ARRAY:
        assert(!json_is_array(value) || json_array_size(value) == 0);
        return json_is_array(value) && instance->node->count == 0;
    case FORM_OBJECT:
        break;
    }
    assert(!json_is_object(value));
    return false;
}

/* Whether the value is also there as a text: a choice, which is what it is called. */
static bool is_there_as_text(const json_t *values, const json_t *value)
{
    char *spelling = json_dumps(value, JSON_ENCODE_ANY);
    size_t i = 0;
    bool found = false;
    const json_t *other = NULL;
    json_array_foreach (values, i, other) {
        found = found || (json_is_string(other) && spelling != NULL && strcmp(json_string_value(other), spelling) == 0);
    }
    free(spelling);
    return found;
}

static bool check_enum(const struct validator *validator, const struct instance *instance, const json_t *values)
{
    size_t i = 0;
    const json_t *value = NULL;
    json_array_foreach (values, i, value) {
        bool is_written_otherwise = validator->typing == TYPING_BY_SCHEMA && !json_is_string(value) &&
                                    (instance->node->is_quoted || is_there_as_text(values, value));
        if (!is_written_otherwise && equals(instance, value))
            return true;
    }
    return false;
}

static bool check_limit(const struct instance *instance, const char *keyword, const json_t *limit)
{
    if (instance->form != FORM_INTEGER && instance->form != FORM_NUMBER)
        return true;
    long double number = instance->number, end = exact_value(limit);
    if (strcmp(keyword, "minimum") == 0)
        return number >= end;
    if (strcmp(keyword, "maximum") == 0)
        return number <= end;
    return strcmp(keyword, "exclusiveMinimum") == 0 ? number > end : number < end;
}

/* Each value that the scalar may be, or the only one; `take` counts up until false. */
static bool take_form(const struct validator *validator, const struct config_node *node, int take,
                      struct instance *instance)
{
    static const enum form forms[] = {
        [NODE_NULL] = FORM_NULL, [NODE_SCALAR] = FORM_STRING, [NODE_LIST] = FORM_ARRAY, [NODE_MAP] = FORM_OBJECT};
    *instance = (struct instance){.node = node, .form = forms[node->kind]};
    enum typing typing = validator->typing;
    if (node->kind != NODE_SCALAR || (typing == TYPING_CORE && node->is_quoted) || take == 2)
        return true;
    struct instance string = *instance;
    bool taken = take == 0 ? take_boolean(node->text, typing, instance) : take_number(node->text, typing, instance);
    if (!taken)
        *instance = string;
    return taken;
}

/* Whether the schema accepts one of the things that the node may be. */
static bool accepts(const struct validator *validator, const json_t *schema, const struct config_node *node)
{
    struct instance instance;
    bool taken = false;
    for (int take = 0; take < 3; take++) {
        if (!take_form(validator, node, take, &instance))
            continue;
        if (accepts_instance(validator, schema, instance))
            return true;
        taken = true;
        if (validator->typing == TYPING_CORE || node->kind != NODE_SCALAR)
            break;
    }
    assert(taken);
    return false;
}

/* Whether a pattern is in the text; the few that our schemas have are compiled once. */
static bool has_pattern(const char *pattern, const char *text)
{
    static struct {
        const char *pattern;
        regex_t compiled;
    } known[PATTERNS_MAX];
    static size_t count;
    size_t i = 0;
    while (i < count && strcmp(known[i].pattern, pattern) != 0)
        i++;
    if (i == count) {
        assert(count < PATTERNS_MAX);
        known[i].pattern = pattern;
        int failed = regcomp(&known[i].compiled, pattern, REG_EXTENDED | REG_NOSUB);
        assert(failed == 0);
        count++;
    }
    return regexec(&known[i].compiled, text, 0, NULL, 0) == 0;
}

static bool check_property(const struct validator *validator, const struct entry *entry, const json_t *schema)
{
    const json_t *property = json_object_get(json_object_get(schema, "properties"), entry->key);
    bool is_known = property != NULL;
    if (property != NULL && !accepts(validator, property, entry->value))
        return false;
    json_t *patterns = json_object_get(schema, "patternProperties");
    for (void *at = json_object_iter(patterns); at != NULL; at = json_object_iter_next(patterns, at)) {
        if (!has_pattern(json_object_iter_key(at), entry->key))
            continue;
        is_known = true;
        if (!accepts(validator, json_object_iter_value(at), entry->value))
            return false;
    }
    const json_t *others = json_object_get(schema, "additionalProperties");
    assert(others == NULL || json_is_false(others));
    return is_known || others == NULL;
}

static bool check_properties(const struct validator *validator, const struct instance *instance, const json_t *schema)
{
    for (size_t i = 0; instance->form == FORM_OBJECT && i < instance->node->count; i++)
        if (!check_property(validator, &instance->node->entries[i], schema))
            return false;
    return true;
}

static bool check_required(const struct instance *instance, const json_t *names)
{
    size_t i = 0;
    const json_t *name = NULL;
    if (instance->form != FORM_OBJECT)
        return true;
    json_array_foreach (names, i, name) {
        if (config_node_find(instance->node, json_string_value(name)) == NULL)
            return false;
    }
    return true;
}

static bool check_items(const struct validator *validator, const struct instance *instance, const json_t *items)
{
    for (size_t i = 0; instance->form == FORM_ARRAY && i < instance->node->count; i++)
        if (!accepts(validator, items, instance->node->items[i]))
            return false;
    return true;
}

static bool accepts_any(const struct validator *validator, const struct instance *instance, const json_t *schemas)
{
    size_t i = 0;
    const json_t *schema = NULL;
    json_array_foreach (schemas, i, schema) {
        if (accepts_instance(validator, schema, *instance))
            return true;
    }
    return false;
}

static bool accepts_all(const struct validator *validator, const struct instance *instance, const json_t *schemas)
{
    size_t i = 0;
    const json_t *schema = NULL;
    json_array_foreach (schemas, i, schema) {
        if (!accepts_instance(validator, schema, *instance))
            return false;
    }
    return true;
}

/* "#/definitions/Resize/properties/size" */
static bool check_reference(const struct validator *validator, const struct instance *instance, const json_t *reference)
{
    char path[256];
    snprintf(path, sizeof path, "%s", json_string_value(reference));
    assert(strlen(json_string_value(reference)) < sizeof path && strncmp(path, "#/", 2) == 0);
    char *rest = path + 2;
    const json_t *schema = validator->root;
    for (char *name = strsep(&rest, "/"); name != NULL; name = strsep(&rest, "/"))
        schema = json_object_get(schema, name);
    assert(schema != NULL);
    return accepts_instance(validator, schema, *instance);
}

static bool check_condition(const struct validator *validator, const struct instance *instance, const json_t *schema)
{
    bool holds = accepts_instance(validator, json_object_get(schema, "if"), *instance);
    const json_t *next = json_object_get(schema, holds ? "then" : "else");
    return next == NULL || accepts_instance(validator, next, *instance);
}

static bool says_nothing(const char *keyword)
{
    static const char *const annotations[] = {"$schema",     "title",      "description", "default",
                                              "definitions", "deprecated", "then",        "else"};
    for (size_t i = 0; i < sizeof annotations / sizeof *annotations; i++)
        if (strcmp(keyword, annotations[i]) == 0)
            return true;
    return false;
}

static bool check_keyword(const struct validator *validator, const struct instance *instance, const json_t *schema,
                          const char *keyword)
{
    const json_t *value = json_object_get(schema, keyword);
    if (says_nothing(keyword))
        return true;
    if (strcmp(keyword, "type") == 0)
        return check_type(instance, value);
    if (strcmp(keyword, "const") == 0)
        return equals(instance, value);
    if (strcmp(keyword, "enum") == 0)
        return check_enum(validator, instance, value);
    if (strcasestr(keyword, "minimum") != NULL || strcasestr(keyword, "maximum") != NULL)
        return check_limit(instance, keyword, value);
    if (strcmp(keyword, "pattern") == 0)
        return instance->form != FORM_STRING || has_pattern(json_string_value(value), instance->node->text);
    if (strcmp(keyword, "additionalProperties") == 0 || strcmp(keyword, "patternProperties") == 0) {
        assert(json_object_get(schema, "properties") != NULL); /* with which they are done */
        return true;
    }
    if (strcmp(keyword, "properties") == 0)
        return check_properties(validator, instance, schema);
    if (strcmp(keyword, "required") == 0)
        return check_required(instance, value);
    if (strcmp(keyword, "if") == 0)
        return check_condition(validator, instance, schema);
    if (strcmp(keyword, "items") == 0)
        return check_items(validator, instance, value);
    if (strcmp(keyword, "anyOf") == 0)
        return accepts_any(validator, instance, value);
    if (strcmp(keyword, "allOf") == 0)
        return accepts_all(validator, instance, value);
    if (strcmp(keyword, "not") == 0)
        return !accepts(validator, value, instance->node); /* whatever a scalar is taken for */
    fprintf(stderr, "the keyword '%s' is not known to json_schema.c\n", keyword);
    abort();
}

static bool accepts_instance(const struct validator *validator, const json_t *schema, struct instance instance)
{
    if (json_is_boolean(schema))
        return json_is_true(schema);
    const json_t *reference = json_object_get(schema, "$ref");
    if (reference != NULL) /* what stands beside it does not count */
        return check_reference(validator, &instance, reference);
    json_t *lent = (json_t *)(uintptr_t)schema; /* json_object_iter wants it so */
    for (void *at = json_object_iter(lent); at != NULL; at = json_object_iter_next(lent, at))
        if (!check_keyword(validator, &instance, schema, json_object_iter_key(at)))
            return false;
    return true;
}

json_t *json_schema_load(const char *text)
{
    json_error_t error;
    json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (schema == NULL) {
        fprintf(stderr, "line %d: %s\n", error.line, error.text);
        abort();
    }
    return schema;
}

bool json_schema_accepts(const json_t *schema, const struct config_node *node, enum typing typing)
{
    struct validator validator = {.root = schema, .typing = typing};
    struct config_node empty = {.kind = NODE_MAP};
    return accepts(&validator, schema, node->kind == NODE_NULL ? &empty : node);
}
