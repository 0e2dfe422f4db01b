/* utf8.c: characters of UTF-8 in strings. */
#include "engine/base/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t utf8_decode(const char *at, size_t left, uint32_t *code)
{
    const unsigned char *bytes = (const unsigned char *)at;
    unsigned char first = bytes[0];
    size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    *code = first & masks[length];
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (bytes[i] & 0x3F);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool good = *code >= least[length] && *code <= 0x10FFFF && !(*code >= 0xD800 && *code < 0xE000);
    return good ? length : 0;
}

size_t utf8_count(const char *string)
{
    size_t count = 0;
    for (; *string != '\0'; string++)
        count += ((unsigned char)*string & 0xC0) != 0x80;
    return count;
}

void utf8_append_printable(struct text *text, const char *string)
{
    size_t left = strlen(string);
    while (left > 0) {
        uint32_t code = 0;
        size_t length = utf8_decode(string, left, &code);
        bool is_shown = length > 0 && code >= 0x20 && (code < 0x7F || code >= 0xA0);
        text_append_bytes(text, is_shown ? string : "?", is_shown ? length : 1);
        string += length > 0 ? length : 1;
        left -= length > 0 ? length : 1;
    }
}
