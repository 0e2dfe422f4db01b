/* yaml_text.c: a YAML text before libyaml sees it: checked, and cut into lines. */
#include "runner/config/yaml_text.h"

#include <stdint.h>
#include <string.h>

#include "engine/base/utf8.h"

/* Tag directives cost libyaml the square of their number. */
#define DIRECTIVES_MAX 16

/* The line that holds a byte. */
static size_t find_line(const struct yaml_text *text, size_t offset)
{
    size_t low = 0;
    size_t high = text->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct span span_of_byte(const struct yaml_text *text, size_t offset, int width)
{
    struct mark mark = text->origin;
    if (mark_is_in_argument(mark)) {
        mark.column += (int)offset;
    } else if (mark.source != NULL) {
        size_t line = find_line(text, offset);
        mark = (struct mark){mark.source, (int)line + 1, (int)(offset - text->lines[line]) + 1};
    }
    return (struct span){.mark = mark, .width = width};
}

/* Why a character may not stand in a config; NULL when it may. */
static const char *character_problem(uint32_t code, bool before_newline)
{
    if (code == '\r')
        return before_newline ? NULL : "a carriage return that ends no line";
    if (code == 0x85 || code == 0x2028 || code == 0x2029)
        return "a line break that editors do not show as one";
    if (code < 0x20 && code != '\t' && code != '\n')
        return "a control character";
    if ((code >= 0x7F && code < 0xA0) || (code & 0xFFFE) == 0xFFFE)
        return "a control character";
    return NULL;
}

static bool check_characters(const struct yaml_text *text, struct problems *problems)
{
    const unsigned char *bytes = (const unsigned char *)text->bytes;
    for (size_t i = 0; i < text->length;) {
        if (bytes[i] >= 0x20 && bytes[i] < 0x7F) {
            i += 1;
            continue;
        }
        uint32_t code = 0;
        size_t length = utf8_decode(text->bytes + i, text->length - i, &code);
        if (length == 0) {
            problem_add(problems, span_of_byte(text, i, 1), "byte 0x%02X is not UTF-8", bytes[i]);
            problem_hint(problems, "save the file as UTF-8 (iconv -f latin1 -t utf-8)");
            return false;
        }
        const char *reason = character_problem(code, i + 1 < text->length && bytes[i + 1] == '\n');
        if (reason != NULL) {
            problem_add(problems, span_of_byte(text, i, 1), "U+%04X is %s", (unsigned)code, reason);
            if (code == 0)
                problem_hint(problems, "remove it");
            else
                problem_hint(problems, "remove it, or write it as \"\\u%04X\" in double quotes", (unsigned)code);
            return false;
        }
        i += length;
    }
    return true;
}

static bool check_encoding(const struct yaml_text *text, struct problems *problems)
{
    if (text->length < 2 || (memcmp(text->bytes, "\xFF\xFE", 2) != 0 && memcmp(text->bytes, "\xFE\xFF", 2) != 0))
        return true;
    problem_add(problems, span_of_byte(text, 0, 1), "the file is UTF-16, wanted UTF-8");
    problem_hint(problems, "save it as UTF-8 (iconv -f utf-16 -t utf-8)");
    return false;
}

static bool check_directives(const struct yaml_text *text, struct problems *problems)
{
    int count = 0;
    for (size_t i = 0; i < text->line_count; i++) {
        size_t start = text->lines[i];
        if (start >= text->length || text->bytes[start] != '%' || ++count <= DIRECTIVES_MAX)
            continue;
        problem_add(problems, span_of_byte(text, start, 1), "more than %d lines start with '%%'", DIRECTIVES_MAX);
        return false;
    }
    return true;
}

static void cut_lines(struct yaml_text *text, struct arena *arena)
{
    size_t count = 1;
    for (size_t i = 0; i < text->length; i++)
        count += text->bytes[i] == '\n';
    text->lines = arena_allocate(arena, count, sizeof *text->lines);
    text->line_count = 1;
    for (size_t i = 0; i < text->length; i++)
        if (text->bytes[i] == '\n')
            text->lines[text->line_count++] = i + 1;
}

bool yaml_text_init(struct yaml_text *text, struct arena *arena, struct problems *problems)
{
    cut_lines(text, arena);
    return check_encoding(text, problems) && check_characters(text, problems) && check_directives(text, problems);
}

/* Bytes of the next `characters` characters, none beyond the line's end. */
static size_t skip_characters(const struct yaml_text *text, size_t offset, size_t characters)
{
    size_t start = offset;
    while (characters > 0 && offset < text->length && text->bytes[offset] != '\n') {
        offset += 1;
        while (offset < text->length && ((unsigned char)text->bytes[offset] & 0xC0) == 0x80)
            offset += 1;
        characters -= 1;
    }
    return offset - start;
}

struct span yaml_text_find(struct yaml_text *text, size_t line, size_t column, size_t width)
{
    if (line >= text->line_count)
        line = text->line_count - 1;
    struct yaml_place *last = &text->last;
    if (line != last->line || column < last->column || last->offset < text->lines[line])
        *last = (struct yaml_place){.line = line, .column = 0, .offset = text->lines[line]};
    last->offset += skip_characters(text, last->offset, column - last->column);
    last->column = column;
    size_t bytes = skip_characters(text, last->offset, width);
    return span_of_byte(text, last->offset, bytes > 0 ? (int)bytes : 1);
}
