/* arguments.c: a run verb's arguments taken apart. */
#include "runner/cli/arguments.h"

#include <assert.h>
#include <string.h>

#include "engine/base/nearest.h"
#include "engine/base/text.h"

#define MAX_OPTIONS 32

/* The option that the argument names, and where its value begins ("" where it has none with it). */
static struct option *option_match(struct option *options, const char *argument, const char **value)
{
    size_t length = strcspn(argument + 2, "=");
    for (struct option *option = options; option->name != NULL; option++)
        if (strlen(option->name) == length && strncmp(option->name, argument + 2, length) == 0) {
            *value = argument[2 + length] == '=' ? argument + 3 + length : NULL;
            return option;
        }
    return NULL;
}

/* Sets an option from its value, or from the next argument. Returns how many arguments it used; 0: failed. */
static int option_set(struct option *option, const char *value, const char *next, struct error *error)
{
    if (!option->takes_value) {
        option->value = "";
        if (value != NULL)
            error_set(error, ERROR_CONFIG, "--%s takes no value, found '%s'", option->name, value);
        return value == NULL ? 1 : 0;
    }
    option->value = value != NULL ? value : next;
    if (option->value == NULL)
        error_set(error, ERROR_CONFIG, "--%s needs a value", option->name);
    return option->value == NULL ? 0 : value != NULL ? 1 : 2;
}

bool arguments_split(const char *const *arguments, int count, struct option *options, struct arena *arena,
                     struct arguments *split, struct error *error)
{
    const char **positional = arena_allocate(arena, (size_t)count + 1, sizeof *positional);
    *split = (struct arguments){.positional = positional};
    split->others = arena_allocate(arena, (size_t)count + 1, sizeof *split->others);
    for (int at = 0; at < count;) {
        const char *value = NULL, *argument = arguments[at];
        bool is_option = strncmp(argument, "--", 2) == 0;
        struct option *option = is_option ? option_match(options, argument, &value) : NULL;
        if (option == NULL) {
            if (is_option || split->other_count > 0)
                split->others[split->other_count++] = argument;
            else
                positional[split->positional_count++] = argument;
            at++;
            continue;
        }
        int used = option_set(option, value, at + 1 < count ? arguments[at + 1] : NULL, error);
        if (used == 0)
            return false;
        at += used;
    }
    return true;
}

const char *option_value(const struct option *options, const char *name)
{
    while (options->name != NULL && strcmp(options->name, name) != 0)
        options++;
    assert(options->name != NULL);
    return options->value;
}

bool option_integer(const struct option *options, const char *name, int64_t minimum, int64_t maximum, int64_t *number,
                    struct error *error)
{
    const char *value = option_value(options, name);
    if (value == NULL || (number_parse_int64(value, number) && *number >= minimum && *number <= maximum))
        return true;
    return error_set(error, ERROR_CONFIG, "--%s: wanted an integer from %lld to %lld, found '%s'", name,
                     (long long)minimum, (long long)maximum, value);
}

bool arguments_refuse_others(const struct arguments *split, const struct option *options, struct error *error)
{
    if (split->other_count == 0)
        return true;
    const char *argument = split->others[0], *names[MAX_OPTIONS];
    size_t count = 0;
    while (options[count].name != NULL && count < MAX_OPTIONS) {
        names[count] = options[count].name;
        count++;
    }
    error_set(error, ERROR_CONFIG, "unknown argument '%s'", argument);
    struct text name = TEXT_INIT;
    text_append_bytes(&name, argument, strcspn(argument, "="));
    const char *near = strncmp(argument, "--", 2) == 0 ? nearest_find(text_string(&name) + 2, names, count) : NULL;
    if (near != NULL)
        error_hint(error, "did you mean --%s?", near);
    text_finish(&name);
    return false;
}
