/* error.c: what went wrong, owned by the caller. */
#include "engine/base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void error_begin(struct error *error, enum error_code code, const char *file, int line)
{
    assert(error->code == ERROR_NONE && "an error is set once");
    assert(code != ERROR_NONE);
    *error = (struct error){.code = code, .file = file, .line = line};
}

bool error_set_at(struct error *error, enum error_code code, const char *file, int line, const char *format, ...)
{
    error_begin(error, code, file, line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_errno_at(struct error *error, enum error_code code, int errno_value, const char *file, int line,
                        const char *format, ...)
{
    error_begin(error, code, file, line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    char reason[128] = "unknown reason";
    const char *text = strerror_r(errno_value, reason, sizeof reason);
    size_t length = strlen(error->message);
    snprintf(error->message + length, sizeof error->message - length, ": %s", text);
    return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
    assert(error_is_set(error));
    char old[sizeof error->message];
    memcpy(old, error->message, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof error->message)
        snprintf(error->message + length, sizeof error->message - (size_t)length, "%s", old);
    return false;
}

bool error_hint(struct error *error, const char *format, ...)
{
    assert(error_is_set(error));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    return false;
}

bool error_mark(struct error *error, struct mark mark)
{
    assert(error_is_set(error));
    if (error->mark.source == NULL)
        error->mark = mark;
    return false;
}

void error_clear(struct error *error)
{
    *error = (struct error)ERROR_INIT;
}

bool error_is_set(const struct error *error)
{
    return error->code != ERROR_NONE;
}
