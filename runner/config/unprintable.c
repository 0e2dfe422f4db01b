/* unprintable.c: characters that a terminal would obey or hide. */
#include "runner/config/unprintable.h"

#include <stdbool.h>
#include <string.h>

#include "engine/base/utf8.h"

/* C1 controls, marks and overrides of direction, line and paragraph separators. */
static const struct {
    uint32_t first;
    uint32_t last;
} hidden[] = {{0x80, 0x9F}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}};

size_t unprintable_find(const char *text, uint32_t *code)
{
    size_t length = utf8_decode(text, strnlen(text, 4), code);
    bool is_hidden = length == 1 && (*code < 0x20 || *code == 0x7F);
    for (size_t i = 0; length > 1 && i < sizeof hidden / sizeof *hidden; i++)
        is_hidden = is_hidden || (*code >= hidden[i].first && *code <= hidden[i].last);
    return is_hidden ? length : 0;
}
