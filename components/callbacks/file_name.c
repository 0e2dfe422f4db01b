/* file_name.c: names of checkpoints, made from a pattern and logged numbers. */
#include "components/callbacks/file_name.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

/* A placeholder taken apart: "{name:.2f}". */
struct placeholder {
    char name[SCALAR_NAME_BYTES];
    int digits; /* after the point, or at least so many for an integer; -1: as they come */
    bool integer;
    size_t length;
};

/* Reads ":.2f" or ":03d"; `at` is behind the name. Returns what follows, NULL when it is neither. */
static const char *placeholder_read_format(const char *at, struct placeholder *placeholder)
{
    bool fraction = at[0] == '.';
    at += fraction || at[0] == '0';
    if (!isdigit((unsigned char)at[0]))
        return NULL;
    placeholder->digits = at[0] - '0';
    placeholder->integer = !fraction;
    return at[1] == (fraction ? 'f' : 'd') ? at + 2 : NULL;
}

static bool placeholder_read(const char *at, struct placeholder *placeholder)
{
    size_t length = strcspn(at + 1, ":}");
    *placeholder = (struct placeholder){.digits = -1};
    if (length == 0 || length >= sizeof placeholder->name)
        return false;
    memcpy(placeholder->name, at + 1, length);
    const char *end = at + 1 + length;
    if (*end == ':')
        end = placeholder_read_format(end + 1, placeholder);
    placeholder->length = end != NULL ? (size_t)(end - at) + 1 : 0;
    return end != NULL && *end == '}';
}

bool file_name_check(const char *pattern, struct error *error)
{
    struct placeholder placeholder;
    for (const char *at = strchr(pattern, '{'); at != NULL; at = strchr(at + placeholder.length, '{'))
        if (!placeholder_read(at, &placeholder)) {
            error_set(error, ERROR_CONFIG, "bad placeholder in the file name '%s'", pattern);
            return error_hint(error, "write {epoch}, {val_loss}, {val_loss:.2f} or {epoch:03d}");
        }
    if (strchr(pattern, '/') != NULL) {
        error_set(error, ERROR_CONFIG, "the file name '%s' has a '/'", pattern);
        return error_hint(error, "set the folder with 'dirpath'");
    }
    return true;
}

static double placeholder_number(const struct placeholder *placeholder, const struct run_view *view)
{
    if (strcmp(placeholder->name, "epoch") == 0)
        return (double)view->epoch;
    if (strcmp(placeholder->name, "step") == 0)
        return (double)view->global_step;
    const double *logged = scalars_find(view->metrics, placeholder->name);
    return logged != NULL && isfinite(*logged) ? *logged : 0;
}

static void placeholder_format(const struct placeholder *placeholder, double number, struct text *text)
{
    char digits[NUMBER_FORMAT_BYTES];
    if (placeholder->digits < 0) {
        number_format_double(number, digits);
        text_append(text, digits);
    } else if (placeholder->integer) {
        text_format(text, "%0*lld", placeholder->digits, (long long)number);
    } else {
        text_format(text, "%.*f", placeholder->digits, number);
    }
}

void file_name_format(const char *pattern, bool insert_names, const struct run_view *view, char name[FILE_NAME_BYTES])
{
    struct text text = TEXT_INIT;
    for (const char *at = pattern; *at != '\0';) {
        struct placeholder placeholder;
        if (*at != '{' || !placeholder_read(at, &placeholder)) {
            text_append_char(&text, *at++);
            continue;
        }
        if (insert_names)
            text_format(&text, "%s=", placeholder.name);
        placeholder_format(&placeholder, placeholder_number(&placeholder, view), &text);
        at += placeholder.length;
    }
    snprintf(name, FILE_NAME_BYTES, "%s", text_string(&text));
    text_finish(&text);
    for (char *at = name; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && strchr("._=+-", *at) == NULL)
            *at = '_';
}
