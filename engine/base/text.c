/* text.c: a string that grows, and strict reading of numbers. */
#include "engine/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

void text_finish(struct text *text)
{
    memory_free(text->data);
    *text = (struct text)TEXT_INIT;
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->data != NULL)
        text->data[0] = '\0';
}

void text_reserve(struct text *text, size_t capacity)
{
    if (capacity + 1 <= text->capacity)
        return;
    size_t grown = text->capacity > 0 ? text->capacity * 2 : 64;
    if (grown < capacity + 1)
        grown = capacity + 1;
    text->data = memory_resize(text->data, grown, 1);
    text->capacity = grown;
    text->data[text->length] = '\0';
}

void text_append_bytes(struct text *text, const void *bytes, size_t length)
{
    text_reserve(text, text->length + length);
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_append(struct text *text, const char *string)
{
    text_append_bytes(text, string, strlen(string));
}

void text_append_char(struct text *text, char character)
{
    text_append_bytes(text, &character, 1);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0) {
        text_reserve(text, text->length + (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

const char *text_string(const struct text *text)
{
    return text->data != NULL ? text->data : "";
}

char *text_take(struct text *text)
{
    char *string = text->data != NULL ? text->data : memory_copy_string("");
    *text = (struct text)TEXT_INIT;
    return string;
}

bool number_parse_int64(const char *string, int64_t *number)
{
    const char *digits = string + (*string == '-' || *string == '+');
    if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    long long parsed = strtoll(string, NULL, 10);
    if (errno != 0)
        return false;
    *number = parsed;
    return true;
}

/* Digits with at most one point and an exponent: strtod alone would take hexadecimal, "inf" and leading blanks too. */
static bool number_looks_decimal(const char *string)
{
    const char *at = string + (*string == '-' || *string == '+');
    size_t whole = strspn(at, "0123456789");
    at += whole;
    size_t fraction = 0;
    if (*at == '.') {
        fraction = strspn(at + 1, "0123456789");
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+');
        size_t exponent = strspn(at, "0123456789");
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return *at == '\0';
}

bool number_parse_double(const char *string, double *number)
{
    if (!number_looks_decimal(string))
        return false;
    double parsed = strtod(string, NULL); /* the program never leaves the "C" locale */
    if (!isfinite(parsed))
        return false;
    *number = parsed;
    return true;
}

void number_format_double(double number, char buffer[NUMBER_FORMAT_BYTES])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, NUMBER_FORMAT_BYTES, "%.*g", digits, number);
        if (strtod(buffer, NULL) == number)
            break;
    }
    double rounded = nearbyint(number);
    if (rounded == number && fabs(number) < 1e15)
        snprintf(buffer, NUMBER_FORMAT_BYTES, "%.0f", number);
}
