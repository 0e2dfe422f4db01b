/* values.c: overrides with several values, and the combinations that they multiply to. */
#include "runner/sweep/values.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/base/rng.h"
#include "engine/base/text.h"
#include "runner/config/place.h"

#define LOG_PREFIX "log:"
#define DIGITS "%.4g"

static bool opens_quote(const char *value, const char *at)
{
    return (*at == '"' || *at == '\'') && (at == value || strchr(" [{,:", at[-1]) != NULL);
}

/* Behind a quoted text that begins here; its last byte where the quote is never closed. */
static const char *skip_quoted(const char *at)
{
    char quote = *at++;
    for (; *at != '\0' && *at != quote; at++)
        if (*at == '\\' && quote == '"' && at[1] != '\0')
            at++;
    return *at != '\0' ? at : at - 1;
}

/* The end of the choice that begins here: its comma, or the end of the value. */
static const char *choice_end(const char *value)
{
    int depth = 0;
    const char *at = value;
    for (; *at != '\0' && (*at != ',' || depth > 0); at++) {
        if (opens_quote(value, at))
            at = skip_quoted(at);
        else if (*at == '[' || *at == '{')
            depth++;
        else if ((*at == ']' || *at == '}') && depth > 0)
            depth--;
    }
    return at;
}

/* Cuts off blanks and, around the whole, quotes. */
static void trim(const char **start, const char **end)
{
    while (*start < *end && **start == ' ')
        ++*start;
    while (*end > *start && (*end)[-1] == ' ')
        --*end;
    bool quoted = *end - *start >= 2 && (**start == '"' || **start == '\'') && skip_quoted(*start) == *end - 1 &&
                  (*end)[-1] == **start;
    *start += quoted;
    *end -= quoted;
}

static struct span span_at(const struct sweep_key *key, size_t offset, size_t length)
{
    struct mark mark = {COMMAND_LINE, (int)key->argument + 1, (int)offset + 1};
    return (struct span){.mark = mark, .width = length > 0 ? (int)length : 1};
}

static const char *value_of(const struct sweep_values *values, const struct sweep_key *key)
{
    return values->arguments[key->argument] + key->offset;
}

/* Adds the choice in these bytes of the argument. */
static void add_choice(struct sweep_key *key, const char *argument, const char *start, const char *end,
                       struct problems *problems)
{
    const char *from = start;
    trim(&from, &end);
    if (from == end && *start != '"' && *start != '\'') {
        problem_add(problems, span_at(key, (size_t)(start - argument), 1), "%s: a choice is missing here", key->path);
        problem_hint(problems, "write null for nothing, '' for an empty text");
    }
    key->choices[key->choice_count] = arena_copy_bytes(problems->arena, from, (size_t)(end - from));
    key->choice_offsets[key->choice_count++] = (size_t)(from - argument);
}

static void split_choices(struct sweep_key *key, const char *argument, struct problems *problems)
{
    size_t commas = 0;
    for (const char *at = argument + key->offset; *at != '\0'; at++)
        commas += *at == ',';
    key->choices = arena_allocate(problems->arena, commas + 1, sizeof *key->choices);
    key->choice_offsets = arena_allocate(problems->arena, commas + 1, sizeof *key->choice_offsets);
    const char *start = argument + key->offset, *end = choice_end(start);
    for (; *end == ','; start = end + 1, end = choice_end(start))
        add_choice(key, argument, start, end, problems);
    add_choice(key, argument, start, end, problems);
}

/* Reads "1e-4..1e-1" and "log:1e-4..1e-1"; false when it is something else. */
static bool parse_range(const char *value, struct value_range *range, struct arena *arena)
{
    int64_t integers[2];
    bool is_log = strncmp(value, LOG_PREFIX, strlen(LOG_PREFIX)) == 0;
    const char *low = value + (is_log ? strlen(LOG_PREFIX) : 0), *dots = strstr(low, "..");
    if (dots == NULL)
        return false;
    const char *high = dots + 2;
    low = arena_copy_bytes(arena, low, (size_t)(dots - low));
    *range = (struct value_range){.is_log = is_log};
    range->is_integer = number_parse_int64(low, &integers[0]) && number_parse_int64(high, &integers[1]);
    return number_parse_double(low, &range->low) && number_parse_double(high, &range->high);
}

/* What a key holds; FIELD_DOUBLE_LIST, of which items may be anything, where nobody knows. */
static enum field_type find_type(const struct sweep_key *key, const struct config_node *root, struct arena *arena)
{
    struct place place = place_of_run(root);
    return place_follow(&place, key->path, arena) ? place.field.type : FIELD_DOUBLE_LIST;
}

/* What the key's type makes of a range; false when a text may stand there, which is then the user's word. */
static bool fit_range(struct sweep_key *key, const struct config_node *root, struct problems *problems)
{
    switch (find_type(key, root, problems->arena)) {
    case FIELD_INT:
    case FIELD_INT64:
        key->range.low = ceil(key->range.low);
        key->range.high = floor(key->range.high);
        key->range.is_integer = true;
        return true;
    case FIELD_DOUBLE:
        key->range.is_integer = false;
        return true;
    case FIELD_AMOUNT:
        key->range.is_share = !key->range.is_integer;
        return true;
    case FIELD_INT_LIST:
    case FIELD_DOUBLE_LIST:
        return true;
    default:
        return false;
    }
}

static void check_range(const struct sweep_key *key, const char *value, struct problems *problems)
{
    struct span span = span_at(key, key->offset, strlen(value));
    if (!(key->range.low < key->range.high)) {
        problem_add(problems, span, "%s: wanted a range from less to more, found %s", key->path,
                    problem_quote(problems, value));
        problem_hint(problems, "write --%s=1..10, the smaller end first", key->path);
    } else if (key->range.is_log && key->range.low <= 0) {
        problem_add(problems, span, "%s: wanted a log range of numbers above 0, found %s", key->path,
                    problem_quote(problems, value));
        problem_hint(problems, "leave out log: to draw evenly");
    }
}

static bool is_same_choice(const char *one, const char *two, bool is_number)
{
    double a, b;
    if (is_number && number_parse_double(one, &a) && number_parse_double(two, &b))
        return a == b;
    return strcmp(one, two) == 0;
}

static void refuse_twins(const struct sweep_key *key, const struct config_node *root, struct problems *problems)
{
    enum field_type type = find_type(key, root, problems->arena);
    bool is_number = type == FIELD_INT || type == FIELD_INT64 || type == FIELD_DOUBLE;
    for (size_t i = 1; i < key->choice_count; i++)
        for (size_t j = 0; j < i; j++)
            if (is_same_choice(key->choices[j], key->choices[i], is_number)) {
                problem_add(problems, span_at(key, key->choice_offsets[i], strlen(key->choices[i])),
                            "%s: the choice %s is there twice", key->path, problem_quote(problems, key->choices[i]));
                break;
            }
}

/* Adds the override whose value is at `key`, when it has several. */
static void add_key(struct sweep_values *values, struct sweep_key key, const struct config_node *root,
                    struct problems *problems)
{
    const char *argument = values->arguments[key.argument], *value = value_of(values, &key);
    if (strchr(value, ',') != NULL) {
        split_choices(&key, argument, problems);
        refuse_twins(&key, root, problems);
        /* A list alone is no choice of several; a text whose quotes hold its commas has to lose them. */
        if (key.choice_count > 1 || strcmp(key.choices[0], value) != 0)
            values->keys[values->count++] = key;
    } else if (parse_range(value, &key.range, problems->arena) && fit_range(&key, root, problems)) {
        check_range(&key, value, problems);
        values->keys[values->count++] = key;
    }
}

size_t values_last_choice(const char *value)
{
    const char *start = value;
    for (const char *end = choice_end(start); *end == ','; end = choice_end(start))
        start = end + 1;
    return (size_t)(start - value);
}

void values_parse(struct sweep_values *values, const struct config_node *root, const char *const *arguments,
                  size_t count, struct problems *problems)
{
    *values = (struct sweep_values){.arguments = arguments, .argument_count = count};
    values->keys = arena_allocate(problems->arena, count + 1, sizeof *values->keys);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(arguments[i], "--", 2) != 0)
            continue;
        size_t length = strcspn(arguments[i], "=");
        struct sweep_key key = {.path = arena_copy_bytes(problems->arena, arguments[i] + 2, length - 2)};
        if (arguments[i][length] == '=') {
            key.argument = i;
            key.offset = length + 1;
        } else if (i + 1 < count && strncmp(arguments[i + 1], "--", 2) != 0) {
            key.argument = ++i;
        } else {
            continue;
        }
        add_key(values, key, root, problems);
    }
}

void values_refuse_ranges(const struct sweep_values *values, struct problems *problems)
{
    for (size_t i = 0; i < values->count; i++) {
        const struct sweep_key *key = &values->keys[i];
        if (key->choice_count > 0)
            continue;
        const char *value = value_of(values, key);
        problem_add(problems, span_at(key, key->offset, strlen(value)), "%s: a range is drawn from, by --random N",
                    key->path);
        problem_hint(problems, "or write the values: --%s=1,2,3", key->path);
    }
}

size_t values_count(const struct sweep_values *values)
{
    size_t count = 1;
    for (size_t i = 0; i < values->count; i++) {
        if (values->keys[i].choice_count == 0 || count > SWEEP_RUNS_MAX / values->keys[i].choice_count)
            return SWEEP_RUNS_MAX + 1;
        count *= values->keys[i].choice_count;
    }
    return count;
}

const char **values_choose(const struct sweep_values *values, size_t index, struct arena *arena)
{
    const char **texts = arena_allocate(arena, values->count + 1, sizeof *texts);
    for (size_t i = values->count; i-- > 0;) {
        const struct sweep_key *key = &values->keys[i];
        assert(key->choice_count > 0);
        texts[i] = arena_copy_string(arena, key->choices[index % key->choice_count]);
        index /= key->choice_count;
    }
    return texts;
}

/* A number of the range, in few digits: nobody wants to read seventeen. */
static const char *draw_number(const struct value_range *range, struct rng *rng, struct arena *arena)
{
    double low = range->low, high = range->high + (range->is_integer ? 1 : 0);
    double number = range->is_log ? exp(rng_range(rng, log(low), log(high))) : rng_range(rng, low, high);
    if (range->is_integer)
        return arena_format(arena, "%.0f", fmax(low, fmin(range->high, floor(number))));
    const char *text = arena_format(arena, DIGITS, number);
    if (number_parse_double(text, &number) && (number < low || number > high)) /* rounded out of it */
        text = arena_format(arena, "%.17g", fmax(low, fmin(high, number)));
    return range->is_share && strpbrk(text, ".e") == NULL ? arena_format(arena, "%s.0", text) : text;
}

const char **values_draw(const struct sweep_values *values, uint64_t seed, size_t index, size_t attempt,
                         struct arena *arena)
{
    const char **texts = arena_allocate(arena, values->count + 1, sizeof *texts);
    struct rng rng = rng_make(seed, RNG_SWEEP, attempt, index);
    for (size_t i = 0; i < values->count; i++) {
        const struct sweep_key *key = &values->keys[i];
        texts[i] = key->choice_count == 0
                       ? draw_number(&key->range, &rng, arena)
                       : arena_copy_string(arena, key->choices[rng_below(&rng, (uint32_t)key->choice_count)]);
    }
    return texts;
}

const char **values_place(const struct sweep_values *values, const char *const *texts, struct arena *arena)
{
    const char **arguments = arena_allocate(arena, values->argument_count + 1, sizeof *arguments);
    for (size_t i = 0; i < values->argument_count; i++)
        arguments[i] = values->arguments[i];
    for (size_t i = 0; i < values->count; i++) {
        const struct sweep_key *key = &values->keys[i];
        arguments[key->argument] =
            arena_format(arena, "%.*s%s", (int)key->offset, values->arguments[key->argument], texts[i]);
    }
    return arguments;
}

struct span values_map_span(const struct sweep_values *values, const char *const *texts, struct span span,
                            size_t *key_at)
{
    *key_at = values->count;
    if (span.mark.source == NULL || strcmp(span.mark.source, COMMAND_LINE) != 0)
        return span;
    for (size_t i = 0; i < values->count; i++) {
        const struct sweep_key *key = &values->keys[i];
        if ((size_t)span.mark.line != key->argument + 1 || (size_t)span.mark.column <= key->offset)
            continue;
        *key_at = i;
        if (key->choice_count == 0)
            return span_at(key, key->offset, strlen(value_of(values, key)));
        for (size_t j = 0; j < key->choice_count; j++)
            if (strcmp(key->choices[j], texts[i]) == 0) {
                span.mark.column += (int)(key->choice_offsets[j] - key->offset);
                return span;
            }
    }
    return span;
}
