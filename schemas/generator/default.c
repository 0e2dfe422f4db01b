/* default.c: a default, which is YAML, against its field: type, range, choices, and the components that it names. */
#include <limits.h>
#include <string.h>
#include <yaml.h>

#include "schemas/generator/model.h"

/* What a check is about. */
struct subject {
    const struct model *model;
    yaml_document_t *document;
};

static const char *check_value(const struct subject *subject, const struct field *field, const yaml_node_t *node);

static bool in_range(const struct range *range, double number)
{
    if (range->has_minimum && (number < range->minimum || (range->excludes_minimum && number == range->minimum)))
        return false;
    return !range->has_maximum || (number <= range->maximum && !(range->excludes_maximum && number == range->maximum));
}

static const char *scalar_text(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_null(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           strcmp(scalar_text(node), "null") == 0;
}

/* NULL when a scalar fits, else what is wrong with it. For a list: as one of its items. */
static const char *check_scalar(const struct field *field, const yaml_node_t *node)
{
    const char *scalar = scalar_text(node);
    int64_t integer = 0;
    double number = 0;
    switch (field->type) {
    case FIELD_BOOL:
        return strcmp(scalar, "true") == 0 || strcmp(scalar, "false") == 0 ? NULL : "is not 'true' or 'false'";
    case FIELD_INT:
    case FIELD_INT64:
    case FIELD_INT_LIST:
        if (!number_parse_int64(scalar, &integer))
            return "is not an integer";
        if (field->type == FIELD_INT && (integer < INT_MIN || integer > INT_MAX))
            return "does not fit an int";
        return in_range(&field->range, (double)integer) ? NULL : "is out of range";
    case FIELD_DOUBLE:
    case FIELD_DOUBLE_LIST:
    case FIELD_AMOUNT:
        if (!number_parse_double(scalar, &number))
            return "is not a number";
        return in_range(&field->range, number) ? NULL : "is out of range";
    case FIELD_CHOICE:
        for (size_t i = 0; i < field->choice_count; i++) {
            if (strcmp(field->choices[i].name, scalar) == 0)
                return NULL;
        }
        return "is none of the enum's choices";
    default:
        return is_null(node) ? "is not a string" : NULL;
    }
}

static const yaml_node_t *find_key(const struct subject *subject, const yaml_node_t *map, const char *key)
{
    yaml_node_pair_t *start = map->data.mapping.pairs.start, *top = map->data.mapping.pairs.top;
    for (yaml_node_pair_t *pair = start; map->type == YAML_MAPPING_NODE && pair < top; pair++) {
        const yaml_node_t *found = yaml_document_get_node(subject->document, pair->key);
        if (found->type == YAML_SCALAR_NODE && strcmp(scalar_text(found), key) == 0)
            return yaml_document_get_node(subject->document, pair->value);
    }
    return NULL;
}

/* A component by name, or as {type: Name, key: value}. */
static const char *check_component(const struct subject *subject, const struct field *field, const yaml_node_t *node)
{
    const yaml_node_t *name = node->type == YAML_SCALAR_NODE ? node : find_key(subject, node, "type");
    if (name == NULL || name->type != YAML_SCALAR_NODE)
        return "has no 'type:'";
    const struct constructor *found = model_find(subject->model, scalar_text(name));
    if (found == NULL || found->component.kind != field->kind)
        return "names no component of that kind";
    size_t given = 0;
    for (size_t i = 0; i < found->parameter_count; i++) {
        const struct field *inner = &found->parameters[i].field;
        const yaml_node_t *value = node == name ? NULL : find_key(subject, node, inner->name);
        if (value == NULL && inner->default_text == NULL)
            return "names a component with required fields";
        const char *wrong = value != NULL ? check_value(subject, inner, value) : NULL;
        if (wrong != NULL)
            return wrong;
        given += value != NULL;
    }
    bool all_known =
        node == name || (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start) == given + 1;
    return all_known ? NULL : "gives a component a key that it has not";
}

static const char *check_list(const struct subject *subject, const struct field *field, const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return "is not a list in square brackets";
    yaml_node_item_t *start = node->data.sequence.items.start, *top = node->data.sequence.items.top;
    for (yaml_node_item_t *at = start; at < top; at++) {
        const yaml_node_t *item = yaml_document_get_node(subject->document, *at);
        const char *wrong = field->type == FIELD_COMPONENT_LIST ? check_component(subject, field, item)
                            : item->type == YAML_SCALAR_NODE    ? check_scalar(field, item)
                                                                : "holds a list or mapping";
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static const char *check_value(const struct subject *subject, const struct field *field, const yaml_node_t *node)
{
    if (is_null(node) && field->nullable)
        return NULL;
    switch (field->type) {
    case FIELD_COMPONENT:
        return check_component(subject, field, node);
    case FIELD_INT_LIST:
    case FIELD_DOUBLE_LIST:
    case FIELD_STRING_LIST:
    case FIELD_COMPONENT_LIST:
        return check_list(subject, field, node);
    default:
        return node->type == YAML_SCALAR_NODE ? check_scalar(field, node) : "is no single value";
    }
}

static const char *check_text(const struct model *model, const struct field *field)
{
    yaml_parser_t parser;
    yaml_document_t document;
    const char *wrong = "is not YAML";
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)field->default_text, strlen(field->default_text));
    if (yaml_parser_load(&parser, &document)) {
        struct subject subject = {.model = model, .document = &document};
        const yaml_node_t *root = yaml_document_get_root_node(&document);
        wrong = root != NULL ? check_value(&subject, field, root) : "is empty";
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return wrong;
}

void model_check_default(struct model *model, const struct parameter *parameter)
{
    const struct field *field = &parameter->field;
    const char *wrong = field->default_text != NULL ? check_text(model, field) : NULL;
    if (wrong != NULL)
        model_problem(model, parameter->place, "default '%s' of field '%s' %s", field->default_text, field->name,
                      wrong);
}
