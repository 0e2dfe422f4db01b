/* json_value.c: values of a config as JSON. */
#include "runner/build/json_value.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_value_create_text(const char *text)
{
    if (text == NULL || *text == '\0')
        return json_null();
    json_t *json = json_string(text);
    if (json != NULL)
        return json;
    struct text plain = TEXT_INIT;
    for (const char *at = text; *at != '\0'; at++)
        text_append_char(&plain, (unsigned char)*at < 0x80 ? *at : '?');
    json = json_string(text_string(&plain));
    text_finish(&plain);
    return json;
}

void json_value_format(const json_t *json, struct text *text)
{
    char *dump = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    assert(dump != NULL);
    text_append(text, dump);
    text_append_char(text, '\n');
    free(dump);
}

json_t *json_value_create_number(double number)
{
    return number == nearbyint(number) && fabs(number) < 1e15 ? json_integer((json_int_t)number) : json_real(number);
}

static json_t *make_scalar(const struct field *field, const char *scalar)
{
    int64_t integer = 0;
    double number = 0;
    enum field_type type = field != NULL ? field->type : FIELD_STRING;
    bool is_string = type == FIELD_STRING || type == FIELD_STRING_LIST || type == FIELD_CHOICE;
    if (type == FIELD_BOOL)
        return json_boolean(strcmp(scalar, "true") == 0);
    if (!is_string && type != FIELD_DOUBLE && type != FIELD_DOUBLE_LIST && number_parse_int64(scalar, &integer))
        return json_integer(integer);
    if (!is_string && number_parse_double(scalar, &number))
        return type == FIELD_AMOUNT ? json_real(number) : json_value_create_number(number);
    return json_string(scalar);
}

json_t *json_value_create(const struct config_node *node, const struct field *field)
{
    if (node->kind == NODE_NULL)
        return json_null();
    if (node->kind == NODE_SCALAR)
        return make_scalar(field, node->text);
    json_t *json = node->kind == NODE_LIST ? json_array() : json_object();
    if (node->kind == NODE_LIST) {
        for (size_t i = 0; i < node->count; i++)
            json_array_append_new(json, json_value_create(node->items[i], field));
        return json;
    }
    const struct config_node *type = config_node_find(node, "type");
    const struct component *component = type != NULL ? registry_find_name(type->text) : NULL;
    for (size_t i = 0; i < node->count; i++) {
        const struct entry *entry = &node->entries[i];
        const struct field *inner = component != NULL ? component_find_field(component, entry->key) : NULL;
        json_object_set_new(json, entry->key, json_value_create(entry->value, inner));
    }
    return json;
}
