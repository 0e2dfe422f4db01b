/*
 * text.h: a string that grows, and strict reading of numbers.
 *
 *     struct text text = TEXT_INIT;
 *     text_format(&text, "%d boxes", count);
 *     puts(text_string(&text));
 *     text_finish(&text);
 */
#ifndef LRUN_ENGINE_BASE_TEXT_H
#define LRUN_ENGINE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes that grow. `data` is always ended by a zero once anything was added; NULL when nothing was. */
struct text {
    char *data;
    size_t length;
    size_t capacity;
};

#define TEXT_INIT                                                                                                      \
    {                                                                                                                  \
        .data = NULL, .length = 0, .capacity = 0                                                                       \
    }

/** Frees the bytes; the text is empty and usable again. */
void text_finish(struct text *text);

/** Makes it empty, keeping the memory. */
void text_clear(struct text *text);

/** Makes room for `capacity` bytes in all, besides the final zero. */
void text_reserve(struct text *text, size_t capacity);

void text_append(struct text *text, const char *string);
void text_append_bytes(struct text *text, const void *bytes, size_t length);
void text_append_char(struct text *text, char character);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The string; "" when nothing was added. Lent: valid until the text changes. */
const char *text_string(const struct text *text);

/** Moves the string out: the caller frees it with memory_free, the text is empty. Never NULL. */
char *text_take(struct text *text);

/** Reads a whole string as a decimal integer (sign allowed, nothing else around it). False when it is not one. */
bool number_parse_int64(const char *string, int64_t *number);

/** Reads a whole string as a finite decimal number, in any locale. False when it is not one. */
bool number_parse_double(const char *string, double *number);

/** Bytes that number_format_double needs at most. */
#define NUMBER_FORMAT_BYTES 32

/** Writes the shortest decimal that reads back as the same double: 0.1, 1e-05, 300. */
void number_format_double(double number, char buffer[NUMBER_FORMAT_BYTES]);

#endif
