/* utf8.h: characters of UTF-8 in strings. */
#ifndef LRUN_ENGINE_BASE_UTF8_H
#define LRUN_ENGINE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/text.h"

/** Bytes of the character at `at`, of which `left` may be read (1 at least), and which one it is; 0 when it is none. */
size_t utf8_decode(const char *at, size_t left, uint32_t *code);

/** Characters of a string: bytes that begin one. */
size_t utf8_count(const char *string);

/** Appends a string as it can be shown: '?' for each control character and each byte that is no UTF-8. */
void utf8_append_printable(struct text *text, const char *string);

#endif
