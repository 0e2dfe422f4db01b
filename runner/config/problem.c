/* problem.c: everything that is wrong with a config, collected in one pass. */
#include "runner/config/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runner/config/unprintable.h"

#define QUOTE_BYTES_MAX ((size_t)60)

struct span span_copy(struct arena *arena, struct span span)
{
    struct span copy = span;
    copy.mark = mark_copy(arena, span.mark);
    if (span.origin != NULL) {
        struct origin *origin = arena_allocate(arena, 1, sizeof *origin);
        origin->reference = arena_copy_string(arena, span.origin->reference);
        origin->target = span_copy(arena, span.origin->target);
        copy.origin = origin;
    }
    return copy;
}

void problem_add(struct problems *problems, struct span span, const char *format, ...)
{
    if (problems->count == PROBLEMS_MAX) {
        problems->left_out += 1;
        return;
    }
    if (problems->items == NULL)
        problems->items = arena_allocate(problems->arena, PROBLEMS_MAX, sizeof *problems->items);
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_format_list(problems->arena, format, arguments);
    va_end(arguments);
    problems->items[problems->count++] = (struct problem){.span = span, .message = message};
}

void problem_hint(struct problems *problems, const char *format, ...)
{
    if (problems->count == 0 || problems->left_out > 0)
        return;
    va_list arguments;
    va_start(arguments, format);
    problems->items[problems->count - 1].hint = arena_format_list(problems->arena, format, arguments);
    va_end(arguments);
}

void problem_note(struct problems *problems, struct span span, const char *format, ...)
{
    if (problems->note_count == PROBLEMS_MAX) {
        problems->notes_left_out += 1;
        return;
    }
    if (problems->notes == NULL)
        problems->notes = arena_allocate(problems->arena, PROBLEMS_MAX, sizeof *problems->notes);
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_format_list(problems->arena, format, arguments);
    va_end(arguments);
    problems->notes[problems->note_count++] =
        (struct problem){.severity = SEVERITY_NOTE, .span = span, .message = message};
}

/* The longest start of the text within `limit` bytes that cuts no UTF-8 character. */
static size_t cut_length(const char *text, size_t limit)
{
    size_t length = strnlen(text, limit + 1);
    if (length <= limit)
        return length;
    length = limit;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length -= 1;
    return length;
}

const char *problem_shorten(const struct problems *problems, const char *text)
{
    struct text shortened = TEXT_INIT;
    size_t length = cut_length(text, QUOTE_BYTES_MAX);
    uint32_t code = 0;
    for (size_t i = 0; i < length;) {
        size_t hidden = unprintable_find(text + i, &code);
        if (hidden == 0)
            text_append_char(&shortened, text[i]);
        else if (code == '\n' || code == '\t')
            text_append(&shortened, code == '\n' ? "\\n" : "\\t");
        else
            text_format(&shortened, code <= 0xFF ? "\\x%02X" : "\\u%04X", code);
        i += hidden > 0 ? hidden : 1;
    }
    if (text[length] != '\0')
        text_append(&shortened, "...");
    const char *copy = arena_copy_string(problems->arena, text_string(&shortened));
    text_finish(&shortened);
    return copy;
}

const char *problem_quote(const struct problems *problems, const char *text)
{
    return arena_format(problems->arena, "'%s'", problem_shorten(problems, text));
}

const char *problem_describe(const struct problems *problems, const struct config_node *node)
{
    switch (node->kind) {
    case NODE_NULL:
        return node->text == NULL || *node->text == '\0' ? "nothing" : "null";
    case NODE_SCALAR:
        return problem_quote(problems, node->text);
    case NODE_LIST:
        return node->count == 0 ? "an empty list" : "a list";
    case NODE_MAP:
        break;
    }
    return "a mapping";
}

struct ranked {
    struct problem problem;
    size_t order;
    size_t index;
};

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int ranked_compare(const void *a, const void *b)
{
    const struct ranked *first = a;
    const struct ranked *second = b;
    int order = compare_numbers(first->order, second->order);
    if (order == 0)
        order = first->problem.span.mark.line - second->problem.span.mark.line;
    if (order == 0)
        order = first->problem.span.mark.column - second->problem.span.mark.column;
    return order != 0 ? order : compare_numbers(first->index, second->index);
}

void problems_sort(struct problems *problems, const struct sources *sources)
{
    struct ranked ranked[PROBLEMS_MAX];
    for (size_t i = 0; i < problems->count; i++)
        ranked[i] = (struct ranked){problems->items[i], sources_find_order(sources, problems->items[i].span.mark), i};
    qsort(ranked, problems->count, sizeof *ranked, ranked_compare);
    for (size_t i = 0; i < problems->count; i++)
        problems->items[i] = ranked[i].problem;
}
