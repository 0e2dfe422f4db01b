/* check_scalar.c: one scalar against its field: type, range, choice. */
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "runner/config/checker.h"
#include "runner/config/names.h"

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

#define IS_ONE_OF(text, ...)                                                                                           \
    is_one_of((text), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static struct config_node *check_bool(struct checker *checker, struct config_node *node)
{
    bool is_true = strcasecmp(node->text, "true") == 0;
    if (is_true || strcasecmp(node->text, "false") == 0) {
        node->text = is_true ? "true" : "false";
        node->is_quoted = false;
        return node;
    }
    checker_add_mismatch(checker, node, "true or false");
    if (IS_ONE_OF(node->text, "yes", "on", "1", "y"))
        problem_hint(checker->problems, "write true");
    else if (IS_ONE_OF(node->text, "no", "off", "0", "n"))
        problem_hint(checker->problems, "write false");
    return node;
}

/* "of at least 1", "between 0 and 1", "greater than 0 and less than 1"; "" without a range. */
static const char *format_range(struct arena *arena, const struct range *range)
{
    char minimum[NUMBER_FORMAT_BYTES] = "";
    char maximum[NUMBER_FORMAT_BYTES] = "";
    number_format_double(range->minimum, minimum);
    number_format_double(range->maximum, maximum);
    if (range->has_minimum && range->has_maximum && !range->excludes_minimum && !range->excludes_maximum)
        return arena_format(arena, " between %s and %s", minimum, maximum);
    const char *low = range->excludes_minimum ? "greater than" : "of at least";
    const char *high = range->excludes_maximum ? "less than" : "of at most";
    if (range->has_minimum && range->has_maximum)
        return arena_format(arena, " %s %s and %s %s", low, minimum, high, maximum);
    if (range->has_minimum)
        return arena_format(arena, " %s %s", low, minimum);
    return range->has_maximum ? arena_format(arena, " %s %s", high, maximum) : "";
}

static bool range_holds(const struct range *range, double number)
{
    if (range->has_minimum && (range->excludes_minimum ? number <= range->minimum : number < range->minimum))
        return false;
    return !range->has_maximum || (range->excludes_maximum ? number < range->maximum : number <= range->maximum);
}

/* Adds a problem when the number is outside of the field's range. `what`: "an integer". */
static void check_range(struct checker *checker, const struct field *field, const struct config_node *node,
                        double number, const char *what)
{
    if (range_holds(&field->range, number))
        return;
    const char *range = format_range(checker->arena, &field->range);
    checker_add_mismatch(checker, node, arena_format(checker->arena, "%s%s", what, range));
}

/* The text without the '_' and blanks between digits that some languages allow; NULL when there are none. */
static const char *without_separators(struct arena *arena, const char *text)
{
    if (strpbrk(text, "_ '") == NULL || strnlen(text, 65) > 64)
        return NULL;
    char *plain = arena_copy_string(arena, text);
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++)
        if (strchr("_ '", *at) == NULL)
            plain[length++] = *at;
    plain[length] = '\0';
    return plain;
}

static void hint_number(struct checker *checker, const char *text, bool is_integer)
{
    const char *plain = without_separators(checker->arena, text);
    double number = 0;
    int64_t integer = 0;
    size_t length = strnlen(text, 65);
    char buffer[NUMBER_FORMAT_BYTES];
    if (plain != NULL && (is_integer ? number_parse_int64(plain, &integer) : number_parse_double(plain, &number)))
        problem_hint(checker->problems, "write %s", plain);
    else if (is_integer && number_parse_double(text, &number) && number == nearbyint(number) && fabs(number) < 1e15)
        problem_hint(checker->problems, "write %lld", (long long)number);
    else if (IS_ONE_OF(text, "inf", ".inf", "-inf", "-.inf", "nan", ".nan", "infinity"))
        problem_hint(checker->problems, "numbers are finite");
    else if (!is_integer && length > 1 && length < 65 && text[length - 1] == '%' &&
             number_parse_double(arena_copy_bytes(checker->arena, text, length - 1), &number)) {
        number_format_double(number / 100, buffer);
        problem_hint(checker->problems, "write %s", buffer);
    } else if (!is_integer && length < 65 && strchr(text, ',') != NULL) {
        char *point = arena_copy_string(checker->arena, text);
        *strchr(point, ',') = '.';
        if (number_parse_double(point, &number))
            problem_hint(checker->problems, "write %s", point);
    }
}

static struct config_node *check_integer(struct checker *checker, const struct field *field, struct config_node *node)
{
    int64_t number = 0;
    bool is_int = field->type == FIELD_INT;
    if (!number_parse_int64(node->text, &number)) {
        const char *digits = node->text + (*node->text == '-' || *node->text == '+');
        bool is_huge = *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
        checker_add_mismatch(checker, node, is_huge ? "an integer that fits into 64 bits" : "an integer");
        if (field->type == FIELD_INT_LIST && strpbrk(node->text, " ,;x[(") != NULL)
            problem_hint(checker->problems, "a list is written [1, 2], without quotes");
        else
            hint_number(checker, node->text, true);
        return node;
    }
    if (range_holds(&field->range, (double)number) && is_int && (number < INT_MIN || number > INT_MAX))
        checker_add_mismatch(checker, node, "an integer between -2147483648 and 2147483647");
    else
        check_range(checker, field, node, (double)number, "an integer");
    node->text = arena_format(checker->arena, "%lld", (long long)number);
    node->is_quoted = false;
    return node;
}

static struct config_node *check_double(struct checker *checker, const struct field *field, struct config_node *node)
{
    double number = 0;
    if (number_parse_double(node->text, &number)) {
        check_range(checker, field, node, number, "a number");
    } else {
        checker_add_mismatch(checker, node, "a number");
        hint_number(checker, node->text, false);
    }
    node->is_quoted = false;
    return node;
}

static struct config_node *check_amount(struct checker *checker, const struct field *field, struct config_node *node)
{
    int64_t count = 0;
    double fraction = 0;
    if (number_parse_int64(node->text, &count)) {
        if (count < 0)
            checker_add_mismatch(checker, node, "a count (10) or a fraction (0.1)");
        else
            check_range(checker, field, node, (double)count, "a count");
        node->text = arena_format(checker->arena, "%lld", (long long)count);
    } else if (number_parse_double(node->text, &fraction)) {
        if (fraction < 0 || fraction > 1) {
            checker_add_mismatch(checker, node, "a fraction between 0.0 and 1.0");
            problem_hint(checker->problems, "a number with a point is a fraction of all, one without is a count");
        } else {
            check_range(checker, field, node, fraction, "a fraction");
        }
    } else {
        checker_add_mismatch(checker, node, "a count (10) or a fraction (0.1)");
        hint_number(checker, node->text, false);
    }
    node->is_quoted = false;
    return node;
}

static struct config_node *check_choice(struct checker *checker, const struct field *field, struct config_node *node)
{
    for (size_t i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i].name, node->text) == 0)
            return node;
    struct names names = names_of_choices(checker->arena, field);
    problem_add(checker->problems, node->span, "%s: no choice is called %s%s", text_string(&checker->path),
                problem_quote(checker->problems, node->text), names_format_guess(&names, checker->arena, node->text));
    problem_hint(checker->problems, "one of: %s", names_join(&names, checker->arena));
    return node;
}

/* Whether other readers of YAML would take the text for a number, a truth value, null or a date. */
static bool looks_typed(const char *text)
{
    size_t sign = strspn(text, "+-.");
    if (text[sign] >= '0' && text[sign] <= '9')
        return true;
    return IS_ONE_OF(text, "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ".inf", "-.inf", "+.inf",
                     ".nan", "=", "<<");
}

static struct config_node *check_string(struct config_node *node)
{
    node->is_quoted = looks_typed(node->text);
    return node;
}

struct config_node *checker_check_scalar(struct checker *checker, const struct field *field, struct config_node *node)
{
    if (node->is_wrong) /* a reference without a value, which is reported */
        return node;
    switch (field->type) {
    case FIELD_BOOL:
        return check_bool(checker, node);
    case FIELD_INT:
    case FIELD_INT64:
    case FIELD_INT_LIST:
        return check_integer(checker, field, node);
    case FIELD_DOUBLE:
    case FIELD_DOUBLE_LIST:
        return check_double(checker, field, node);
    case FIELD_AMOUNT:
        return check_amount(checker, field, node);
    case FIELD_CHOICE:
        return check_choice(checker, field, check_string(node));
    case FIELD_STRING:
    case FIELD_STRING_LIST:
    case FIELD_COMPONENT:
    case FIELD_COMPONENT_LIST:
        break;
    }
    return check_string(node);
}
