/* config_values.c: values for the fields of a config, drawn by chance. */
#include "tests/fuzz/config_values.h"

#include <math.h>
#include <string.h>

#include "runner/build/describe.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct span nowhere = {.width = 0};

bool value_chance(const struct value_source *source, uint32_t one_in)
{
    return rng_below(source->rng, one_in) == 0;
}

size_t value_below(const struct value_source *source, size_t bound)
{
    return rng_below(source->rng, (uint32_t)bound);
}

struct config_node *value_scalar(const struct value_source *source, const char *text, bool is_quoted)
{
    if (!is_quoted && config_node_text_is_null(text))
        return config_node_create(source->arena, NODE_NULL, nowhere);
    return config_node_create_scalar(source->arena, text, is_quoted, nowhere);
}

static struct config_node *integer_node(const struct value_source *source, long long number)
{
    return value_scalar(source, arena_format(source->arena, "%lld", number), false);
}

static struct config_node *double_node(const struct value_source *source, double number)
{
    switch (value_below(source, 4)) {
    case 0:
        return value_scalar(source, arena_format(source->arena, "%g", number), false);
    case 1:
        return value_scalar(source, arena_format(source->arena, "%.3e", number), false);
    case 2:
        return value_scalar(source, arena_format(source->arena, "%f", number), false);
    default:
        return value_scalar(source, arena_format(source->arena, "%.17g", number), false);
    }
}

/* The least number that the range lets in, about; some number where it is open. */
static double range_low(const struct range *range, double step)
{
    if (range->has_minimum)
        return range->excludes_minimum ? range->minimum + step : range->minimum;
    return range->has_maximum ? range->maximum - 10 * step : 0;
}

/* A number inside of the range, in multiples of the step where there is room. */
static double range_pick(const struct value_source *source, const struct range *range, double step)
{
    double low = range_low(range, step);
    double high = range->has_maximum ? range->maximum - (range->excludes_maximum ? step : 0) : low + 100 * step;
    double number = low + step * floor(rng_range(source->rng, 0, fmin(100, (high - low) / step + 1)));
    return number > high ? low : number;
}

static struct config_node *good_amount(const struct value_source *source, const struct range *range)
{
    static const char *const shares[] = {"1.0", "0.5", "1e-3", "1.", ".25"};
    if (value_chance(source, 2))
        return integer_node(source, (long long)range_pick(source, range, 1));
    return value_scalar(source, shares[value_below(source, COUNT_OF(shares))], false);
}

static struct config_node *good_string(const struct value_source *source)
{
    /* clang-format off */
    static const char *const words[] = {
        "data", "a b", "2012", "no", "1e-4", "true", "lightning_logs", "caf\xC3\xA9", "x: y",
    };
    /* clang-format on */
    return value_scalar(source, words[value_below(source, COUNT_OF(words))], value_chance(source, 4));
}

static struct config_node *good_item(const struct value_source *source, const struct field *field, int depth)
{
    switch (field->type) {
    case FIELD_BOOL:
        return value_scalar(source, value_chance(source, 2) ? "true" : "false", false);
    case FIELD_INT:
    case FIELD_INT64:
    case FIELD_INT_LIST:
        return integer_node(source, (long long)range_pick(source, &field->range, 1));
    case FIELD_DOUBLE:
    case FIELD_DOUBLE_LIST:
        return double_node(source, range_pick(source, &field->range, value_chance(source, 2) ? 0.125 : 1e-3));
    case FIELD_STRING:
    case FIELD_STRING_LIST:
        return good_string(source);
    case FIELD_CHOICE:
        return value_scalar(source, field->choices[value_below(source, field->choice_count)].name, false);
    case FIELD_AMOUNT:
        return good_amount(source, &field->range);
    case FIELD_COMPONENT:
    case FIELD_COMPONENT_LIST:
        break;
    }
    return value_component(source, field->kind, depth);
}

struct config_node *value_good(const struct value_source *source, const struct field *field, int depth)
{
    if (field->nullable && value_chance(source, 6))
        return config_node_create(source->arena, NODE_NULL, nowhere);
    if (!field_is_list(field->type) || value_chance(source, 4))
        return good_item(source, field, depth);
    struct config_node *list = config_node_create(source->arena, NODE_LIST, nowhere);
    for (size_t count = depth > 0 ? value_below(source, 4) : 0; count > 0; count--)
        config_node_append(source->arena, list, good_item(source, field, depth));
    return list;
}

/* One of the kind; the first that needs nothing when the depth is spent. */
static const struct component *choose_component(const struct value_source *source, enum component_kind kind, int depth)
{
    const struct component *chosen = NULL;
    for (size_t i = 0, seen = 0; i < registry_component_count; i++) {
        const struct component *component = &registry_components[i];
        if (component->kind != kind || (depth <= 0 && chosen != NULL && !component_is_complete(component)))
            continue;
        if (value_below(source, ++seen) == 0)
            chosen = component;
    }
    return chosen;
}

struct config_node *value_component(const struct value_source *source, enum component_kind kind, int depth)
{
    const struct component *component = choose_component(source, kind, depth);
    if (component == NULL)
        return config_node_create(source->arena, NODE_NULL, nowhere);
    if (component_is_complete(component) && (depth <= 0 || value_chance(source, 3)))
        return value_scalar(source, component->name, false);
    struct config_node *map = config_node_create(source->arena, NODE_MAP, nowhere);
    if (kind != KIND_RUN)
        config_node_set(source->arena, map, "type", nowhere, value_scalar(source, component->name, false));
    for (size_t i = 0; i < component->field_count; i++) {
        const struct field *field = &component->fields[i];
        bool is_needed = field->default_text == NULL && depth > -4;
        if (is_needed || (depth > 0 && value_chance(source, 3)))
            config_node_set(source->arena, map, field->name, nowhere, value_good(source, field, depth - 1));
    }
    return map;
}

struct config_node *value_edge(const struct value_source *source, const struct field *field)
{
    /* clang-format off */
    static const char *const ends[] = {
        "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "9007199254740993", "18446744073709551616", "1e308", "1e309",
        "-1e309", "5e-324", "1e-999", "0", "-0", "-0.0", "1", "-1", "1.0", "2.0",
    };
    /* clang-format on */
    const struct range *range = &field->range;
    bool at_low = range->has_minimum && (!range->has_maximum || value_chance(source, 2));
    if ((!range->has_minimum && !range->has_maximum) || value_chance(source, 4))
        return value_scalar(source, ends[value_below(source, COUNT_OF(ends))], false);
    double end = at_low ? range->minimum : range->maximum;
    switch (value_below(source, 5)) {
    case 0:
        return double_node(source, end);
    case 1:
        return double_node(source, nextafter(end, value_chance(source, 2) ? -INFINITY : INFINITY));
    default:
        return integer_node(source, (long long)fmax(-1e15, fmin(1e15, end)) + (long long)value_below(source, 3) - 1);
    }
}

struct config_node *value_odd(const struct value_source *source)
{
    /* clang-format off */
    static const char *const odd[] = {
        "1e-4", ".5", "5.", "0x10", "0o17", "0b1", "1_000", "+1", "+.5e+1", "010", "-010", "08", "1e1", "8.0", "1.",
        ".", "-", "+", "e5", "1e", "1e+", "--1", "0.", "00", "1 000", "1,5", "50%", "1f", "yes", "no", "on", "off",
        "y", "N", "True", "TRUE", "tRuE", "FALSE", "~", "null", "Null", "NULL", "nULL", "", "NaN", ".nan", ".inf",
        "-.inf", "inf", "infinity", "1e999", "-1e999", "1e-999", "12:30:45", "2001-12-14", "0.1e400", "1e-400", "<<",
        "=", "!x", "a: b", "a #b", "# no", "- x", "-", "?", "? x", ":", "*a", "&a", "{", "[1, 2]", "{a: 1}", "]", "'",
        "\"", "\\", "\\n", "@x", "`x", "%x", "|", ">", "---", "...", " ", " x ", "x\ny", "\n", "\t", "a\tb", "\r\n",
        "\x1B[31m", "\x7F", "caf\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x91\x8D", "\xE2\x80\x8B", "e\xCC\x81",
        "\xE2\x80\xAEx", "\xEF\xBB\xBF", "\xC2\xA0", "\xC2\x85", "\xE2\x80\xA8", "${data.batch_size}", "${data}",
        "${env:HOME}", "${env:LRUN_NOT_SET,3}", "${", "$", "${}", "${a.b.c}", "${env:", "$${x}", "${trainer.${x}}",
        "class_path", "type",
    };
    /* clang-format on */
    return value_scalar(source, odd[value_below(source, COUNT_OF(odd))], value_chance(source, 4));
}

const char *value_name(const struct value_source *source)
{
    const struct component *component = &registry_components[value_below(source, registry_component_count)];
    if (component->field_count == 0 || value_chance(source, 3))
        return component->name;
    const struct field *field = &component->fields[value_below(source, component->field_count)];
    if (field->choice_count > 0 && value_chance(source, 2))
        return field->choices[value_below(source, field->choice_count)].name;
    return field->name;
}

const struct renamed *value_renamed(const struct value_source *source)
{
    size_t count = 0;
    while (renamed_table[count].name != NULL)
        count++;
    return &renamed_table[value_below(source, count)];
}
