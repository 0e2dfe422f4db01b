/* describe.c: components and fields in words. */
#include "runner/build/describe.h"

#include <math.h>
#include <string.h>

bool component_is_complete(const struct component *component)
{
    for (size_t i = 0; i < component->field_count; i++) {
        if (component->fields[i].default_text == NULL)
            return false;
    }
    return true;
}

bool field_is_list(enum field_type type)
{
    return type == FIELD_INT_LIST || type == FIELD_DOUBLE_LIST || type == FIELD_STRING_LIST ||
           type == FIELD_COMPONENT_LIST;
}

static void append_choices(const struct field *field, struct text *text)
{
    for (size_t i = 0; i < field->choice_count; i++) {
        const char *before = i == 0 ? "" : i + 1 < field->choice_count ? ", " : " or ";
        text_format(text, "%s%s", before, field->choices[i].name);
    }
}

void range_format(const struct range *range, struct text *text)
{
    if (!range->has_minimum && !range->has_maximum)
        return;
    char minimum[NUMBER_FORMAT_BYTES] = "-inf", maximum[NUMBER_FORMAT_BYTES] = "inf";
    if (range->has_minimum)
        number_format_double(range->minimum, minimum);
    if (range->has_maximum)
        number_format_double(range->maximum, maximum);
    text_format(text, "%c%s, %s%c", range->has_minimum && !range->excludes_minimum ? '[' : '(', minimum, maximum,
                range->has_maximum && !range->excludes_maximum ? ']' : ')');
}

void field_format_type(const struct field *field, struct text *text)
{
    if (field->type == FIELD_COMPONENT)
        text_append(text, component_kind_name(field->kind));
    else if (field->type == FIELD_COMPONENT_LIST)
        text_format(text, "list of %s", component_kind_plural(field->kind));
    else if (field->type == FIELD_CHOICE)
        append_choices(field, text);
    else
        text_append(text, field_type_name(field->type));
    if (field->takes_list)
        text_append(text, " or list");
    if (field->range.has_minimum || field->range.has_maximum) {
        text_append(text, field_is_list(field->type) ? ", each in " : " in ");
        range_format(&field->range, text);
    }
    if (field->nullable)
        text_append(text, " or null");
}

/* A number in the range: 1 where it fits, else something between the ends. */
static double example_number(const struct range *range, bool is_integer)
{
    double low = range->has_minimum ? range->minimum : -INFINITY;
    double high = range->has_maximum ? range->maximum : INFINITY;
    bool one_fits =
        low <= 1 && high >= 1 && !(range->excludes_minimum && low == 1) && !(range->excludes_maximum && high == 1);
    if (one_fits)
        return 1;
    if (is_integer)
        return range->has_minimum ? low + range->excludes_minimum : high - range->excludes_maximum;
    return range->has_minimum && range->has_maximum ? (low + high) / 2 : range->has_minimum ? low + 1 : high - 1;
}

/* True when the component needs a component of its own kind, as a list of transforms does. */
static bool needs_own_kind(const struct component *component)
{
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        if (field->default_text == NULL && field->kind == component->kind &&
            (field->type == FIELD_COMPONENT || field->type == FIELD_COMPONENT_LIST))
            return true;
    }
    return false;
}

/* The simplest component of a kind: complete as it is, or at least not around another. NULL when there is none. */
static const struct component *example_component(enum component_kind kind)
{
    const struct component *simplest = NULL;
    for (size_t i = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (component->kind != kind)
            continue;
        if (component_is_complete(component))
            return component;
        if (simplest == NULL && !needs_own_kind(component))
            simplest = component;
    }
    return simplest;
}

static void append_example_value(const struct field *field, struct text *text);

/* "Name" or "{type: Name, key: value}". */
static void append_example_component(enum component_kind kind, struct text *text)
{
    const struct component *component = example_component(kind);
    if (component == NULL || component_is_complete(component)) {
        text_append(text, component != NULL ? component->name : "null");
        return;
    }
    text_format(text, "{type: %s", component->name);
    for (size_t i = 0; i < component->field_count; i++) {
        if (component->fields[i].default_text != NULL)
            continue;
        text_format(text, ", %s: ", component->fields[i].name);
        append_example_value(&component->fields[i], text);
    }
    text_append_char(text, '}');
}

static void append_example_item(const struct field *field, struct text *text)
{
    char buffer[NUMBER_FORMAT_BYTES];
    switch (field->type) {
    case FIELD_BOOL:
        text_append(text, "true");
        break;
    case FIELD_INT:
    case FIELD_INT64:
    case FIELD_AMOUNT:
    case FIELD_INT_LIST:
        number_format_double(example_number(&field->range, true), buffer);
        text_append(text, buffer);
        break;
    case FIELD_DOUBLE:
    case FIELD_DOUBLE_LIST:
        number_format_double(example_number(&field->range, false), buffer);
        text_append(text, buffer);
        break;
    case FIELD_STRING:
    case FIELD_STRING_LIST:
        text_append(text, "NAME");
        break;
    case FIELD_CHOICE:
        text_append(text, field->choices[0].name);
        break;
    case FIELD_COMPONENT:
    case FIELD_COMPONENT_LIST:
        append_example_component(field->kind, text);
        break;
    }
}

static void append_example_value(const struct field *field, struct text *text)
{
    bool is_list = field_is_list(field->type);
    text_append(text, is_list ? "[" : "");
    append_example_item(field, text);
    text_append(text, is_list ? "]" : "");
}

void component_format_example(const struct component *component, const char *indent, struct text *text)
{
    if (component->kind != KIND_RUN)
        text_format(text, "%stype: %s\n", indent, component->name);
    for (size_t i = 0; i < component->field_count; i++) {
        if (component->fields[i].default_text != NULL)
            continue;
        text_format(text, "%s%s: ", indent, component->fields[i].name);
        append_example_value(&component->fields[i], text);
        text_append_char(text, '\n');
    }
}
