/* check.c: what no single declaration shows: pairs of struct and constructor, unique names, fitting defaults. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/generator/model.h"

const struct constructor *model_find(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->constructor_count; i++) {
        const char *found = model->constructors[i].component.name;
        if (found != NULL && strcmp(found, name) == 0)
            return &model->constructors[i];
    }
    return NULL;
}

static bool in_range(const struct range *range, double number)
{
    if (range->has_minimum && (number < range->minimum || (range->excludes_minimum && number == range->minimum)))
        return false;
    return !range->has_maximum || (number <= range->maximum && !(range->excludes_maximum && number == range->maximum));
}

/* NULL when a scalar default fits, else what is wrong with it. */
static const char *check_scalar(const struct field *field, enum field_type type, const char *scalar)
{
    int64_t integer = 0;
    double number = 0;
    switch (type) {
    case FIELD_BOOL:
        return strcmp(scalar, "true") == 0 || strcmp(scalar, "false") == 0 ? NULL : "is not 'true' or 'false'";
    case FIELD_INT:
    case FIELD_INT64:
        if (!number_parse_int64(scalar, &integer))
            return "is not an integer";
        if (type == FIELD_INT && (integer < INT_MIN || integer > INT_MAX))
            return "does not fit an int";
        return in_range(&field->range, (double)integer) ? NULL : "is out of range";
    case FIELD_DOUBLE:
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
        return strcmp(scalar, "null") == 0 ? "is not a string" : NULL;
    }
}

static bool has_required_field(const struct constructor *constructor)
{
    for (size_t i = 0; i < constructor->parameter_count; i++) {
        if (constructor->parameters[i].field.default_text == NULL)
            return true;
    }
    return false;
}

/* A component by name, or as {type: Name, ...}. */
static const char *check_component(const struct model *model, const struct field *field, char *text)
{
    bool bare = *text != '{';
    if (!bare) {
        text = strstr(text, "type:");
        if (text == NULL)
            return "has no 'type:'";
        text += strlen("type:");
        text += strspn(text, " ");
        text[strcspn(text, " ,}")] = '\0';
    }
    const struct constructor *found = model_find(model, text);
    if (found == NULL || found->component.kind != field->kind)
        return "names no component of that kind";
    return bare && has_required_field(found) ? "names a component with required fields" : NULL;
}

static enum field_type item_type(enum field_type list)
{
    return list == FIELD_INT_LIST ? FIELD_INT64 : list == FIELD_DOUBLE_LIST ? FIELD_DOUBLE : FIELD_STRING;
}

/* "[a, b]"; items hold no commas. A list of components is empty or of bare names. */
static const char *check_list(const struct model *model, const struct field *field, char *text)
{
    size_t length = strlen(text);
    if (*text != '[' || text[length - 1] != ']')
        return "is not a list in square brackets";
    text[length - 1] = '\0';
    char *rest = NULL;
    for (char *item = strtok_r(text + 1, ",", &rest); item != NULL; item = strtok_r(NULL, ",", &rest)) {
        item += strspn(item, " ");
        const char *wrong = field->type == FIELD_COMPONENT_LIST ? check_component(model, field, item)
                                                                : check_scalar(field, item_type(field->type), item);
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

void model_check_default(struct model *model, const struct parameter *parameter)
{
    const struct field *field = &parameter->field;
    if (field->default_text == NULL || (field->nullable && strcmp(field->default_text, "null") == 0))
        return;
    const char *wrong = NULL;
    char *copy = arena_copy_string(&model->arena, field->default_text);
    switch (field->type) {
    case FIELD_COMPONENT:
        wrong = check_component(model, field, copy);
        break;
    case FIELD_INT_LIST:
    case FIELD_DOUBLE_LIST:
    case FIELD_STRING_LIST:
    case FIELD_COMPONENT_LIST:
        wrong = check_list(model, field, copy);
        break;
    default:
        wrong = check_scalar(field, field->type, copy);
        break;
    }
    if (wrong != NULL)
        model_problem(model, parameter->place, "default '%s' of field '%s' %s", field->default_text, field->name,
                      wrong);
}

/* Keeps the constructors that are pairs of struct and function; says what is wrong with the others. */
static void check_pairs(struct model *model)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->constructor_count; i++) {
        struct constructor *constructor = &model->constructors[i];
        bool makes_component = constructor->component.kind != KIND_COUNT;
        if (constructor->has_params && !constructor->has_create)
            model_problem(model, constructor->params_place, "struct '%s_params' has no constructor '%s_create'",
                          constructor->prefix, constructor->prefix);
        else if (constructor->has_params && !makes_component)
            model_problem(model, constructor->create_place, "constructor '%s_create' does not return a kind's struct",
                          constructor->prefix);
        else if (!constructor->has_params && makes_component)
            model_problem(model, constructor->create_place, "constructor '%s_create' has no 'struct %s_params'",
                          constructor->prefix, constructor->prefix);
        if (constructor->has_params && constructor->component.name != NULL)
            model->constructors[kept++] = *constructor;
    }
    model->constructor_count = kept;
}

static int compare(const void *left, const void *right)
{
    const struct component *a = &((const struct constructor *)left)->component;
    const struct component *b = &((const struct constructor *)right)->component;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->name, b->name);
}

void model_check(struct model *model)
{
    check_pairs(model);
    for (size_t i = 0; i < model->constructor_count; i++) {
        const struct constructor *constructor = &model->constructors[i];
        const struct constructor *first = model_find(model, constructor->component.name);
        if (first != constructor)
            model_problem(model, constructor->params_place, "the name '%s' is taken by %s:%d",
                          constructor->component.name, first->params_place.header, first->params_place.line);
    }
    qsort(model->constructors, model->constructor_count, sizeof *model->constructors, compare);
    for (size_t i = 0; i < model->constructor_count; i++) {
        const struct constructor *constructor = &model->constructors[i];
        for (size_t j = 0; j < constructor->parameter_count; j++)
            model_check_default(model, &constructor->parameters[j]);
    }
}
