/* report.c: problems as text for people. */
#include "runner/config/report.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "runner/config/report_json.h"
#include "runner/config/unprintable.h"

#define COLOR_BOLD "\033[1m"
#define COLOR_ERROR "\033[1;31m"
#define COLOR_NOTE "\033[1;36m"
#define COLOR_CARET "\033[1;32m"
#define COLOR_OFF "\033[0m"

#define TAB_COLUMNS 4
#define GUTTER_COLUMNS 8

void report_format_place(const struct sources *sources, struct mark mark, struct text *text)
{
    if (sources_find(sources, mark) != NULL)
        text_format(text, "%s:%d:%d", mark.source, mark.line, mark.column);
    else if (mark.source != NULL)
        text_append(text, mark.source);
}

void report_format_way(const struct sources *sources, struct mark mark, struct text *text)
{
    const char *separator = "";
    for (const struct source *source = sources_find(sources, mark); source != NULL && source->from.source != NULL;
         source = sources_find(sources, source->from)) {
        if (!mark_is_in_argument(source->from))
            text_format(text, "%s%s %s:%d", separator, source->is_base ? "base of" : "named by", source->from.source,
                        source->from.line);
        else
            text_format(text, "%snamed %s the %s", separator, source->from.source == ENVIRONMENT ? "in" : "on",
                        source->from.source);
        separator = ", ";
    }
}

static void append_colored(struct text *text, const struct report_style *style, const char *color, const char *words)
{
    text_format(text, "%s%s%s", style->color ? color : "", words, style->color ? COLOR_OFF : "");
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* A source line made fit for the terminal, and where a part of it went: all in columns, from 0. */
struct excerpt {
    struct text line;
    size_t caret;
    size_t width;
    size_t columns;
};

/* Bytes that a UTF-8 character has by its first byte; 0 when none starts with it. */
static size_t character_length(unsigned char byte)
{
    return byte < 0x80 ? 1 : byte < 0xC2 ? 0 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 0;
}

/* A range of characters that take another number of columns than one. */
struct width_range {
    uint32_t first;
    uint32_t last;
    size_t columns;
};

/* East Asian wide and fullwidth characters, emoji, and what has no width (Unicode's EastAsianWidth.txt, in large pieces). */
static const struct width_range width_ranges[] = {
    {0x0300, 0x036F, 0},   {0x200B, 0x200F, 0},   {0xFE00, 0xFE0F, 0},   {0xFEFF, 0xFEFF, 0},
    {0x1100, 0x115F, 2},   {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},
    {0xF900, 0xFAFF, 2},   {0xFE30, 0xFE6F, 2},   {0xFF01, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},
    {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2},
};

/* Columns of a terminal that a whole UTF-8 character takes. */
static size_t character_columns(const char *at, size_t length)
{
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t point = (unsigned char)*at & first_bits[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)at[i] & 0x3F);
    for (size_t i = 0; i < sizeof width_ranges / sizeof *width_ranges; i++)
        if (point >= width_ranges[i].first && point <= width_ranges[i].last)
            return width_ranges[i].columns;
    return 1;
}

/* Appends the character at `at`; returns its bytes. Tabs become blanks, what is not printable dots. */
static size_t append_character(struct text *line, const char *at, size_t *columns)
{
    if (*at == '\t') {
        size_t blanks = TAB_COLUMNS - *columns % TAB_COLUMNS;
        for (size_t i = 0; i < blanks; i++)
            text_append_char(line, ' ');
        *columns += blanks;
        return 1;
    }
    size_t length = 1;
    while (is_continuation(at[length]))
        length += 1;
    uint32_t code = 0;
    if (unprintable_find(at, &code) > 0 || length != character_length((unsigned char)*at)) {
        text_append_char(line, '.');
        *columns += 1;
    } else {
        text_append_bytes(line, at, length);
        *columns += character_columns(at, length);
    }
    return length;
}

/* Draws the part of a line around the `column`th byte (from 1), `width` bytes wide, in at most `limit` columns. */
static void excerpt_draw(struct excerpt *excerpt, const char *line, int column, int width, size_t limit)
{
    size_t length = strlen(line);
    size_t at = column > 0 && (size_t)column - 1 < length ? (size_t)column - 1 : length;
    size_t end = (size_t)width < length - at ? at + (size_t)width : length;
    size_t start = 0;
    if (at > limit * 2 / 3 || (end > limit && end - at < limit && at > 0)) {
        size_t back = end - at < limit / 2 ? limit / 2 : limit / 4;
        start = at > back ? at - back : 0;
        while (start > 0 && is_continuation(line[start]))
            start -= 1;
    }
    if (length <= limit)
        start = 0;
    if (start > 0)
        text_append(&excerpt->line, "...");
    excerpt->columns = start > 0 ? 3 : 0;
    size_t i = start;
    excerpt->caret = excerpt->columns;
    size_t caret_end = excerpt->columns;
    while (i < length && excerpt->columns < limit) {
        if (i <= at)
            excerpt->caret = excerpt->columns;
        size_t written = excerpt->line.length;
        size_t columns = excerpt->columns;
        size_t bytes = append_character(&excerpt->line, line + i, &columns);
        if (columns > limit) { /* a tab or a wide character that does not fit */
            excerpt->line.length = written;
            excerpt->line.data[written] = '\0';
            break;
        }
        excerpt->columns = columns;
        i += bytes;
        if (i <= end)
            caret_end = excerpt->columns;
    }
    if (i < length)
        text_append(&excerpt->line, "...");
    if (at == length)
        excerpt->caret = excerpt->columns;
    if (end > i)
        caret_end = excerpt->columns;
    excerpt->width = caret_end > excerpt->caret ? caret_end - excerpt->caret : 1;
}

static void append_repeated(struct text *text, char character, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_char(text, character);
}

/* Appends the source line and the line with the caret, when the source is at hand. */
static void append_excerpt(const struct sources *sources, struct span span, const struct report_style *style,
                           struct text *text)
{
    struct arena arena = ARENA_INIT;
    int column = 0;
    const char *line = sources_find_line(sources, &arena, span.mark, &column);
    if (line == NULL) {
        arena_finish(&arena);
        return;
    }
    assert(span.mark.source != NULL);
    struct excerpt excerpt = {.line = TEXT_INIT};
    size_t limit = (size_t)(style->width > 40 ? style->width : 40) - GUTTER_COLUMNS - strlen("...");
    excerpt_draw(&excerpt, line, column, span.width > 0 ? span.width : 1, limit);
    bool is_file = sources_find(sources, span.mark) != NULL;
    if (is_file)
        text_format(text, "%5d | ", span.mark.line);
    else
        append_repeated(text, ' ', GUTTER_COLUMNS);
    text_format(text, "%s\n", text_string(&excerpt.line));
    text_append(text, is_file ? "      | " : "        ");
    append_repeated(text, ' ', excerpt.caret);
    struct text caret = TEXT_INIT;
    text_append_char(&caret, '^');
    append_repeated(&caret, '~', excerpt.width - 1);
    append_colored(text, style, COLOR_CARET, text_string(&caret));
    text_append_char(text, '\n');
    text_finish(&caret);
    text_finish(&excerpt.line);
    arena_finish(&arena);
}

/* Appends words, broken between them so that lines fit. */
static void append_wrapped(struct text *text, const char *words, const struct report_style *style)
{
    size_t limit = style->width > 40 ? (size_t)style->width : 40;
    size_t column = GUTTER_COLUMNS;
    append_repeated(text, ' ', GUTTER_COLUMNS);
    for (const char *at = words; *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (column > GUTTER_COLUMNS && column + 1 + length > limit) {
            text_append_char(text, '\n');
            append_repeated(text, ' ', GUTTER_COLUMNS);
            column = GUTTER_COLUMNS;
        } else if (at != words) {
            text_append_char(text, ' ');
            column += 1;
        }
        text_append_bytes(text, at, length);
        column += length;
        at += length + (at[length] == ' ');
    }
    text_append_char(text, '\n');
}

/* "a.yaml:7:3: ", "command line: ", nothing. */
static void append_head(const struct sources *sources, struct span span, const struct report_style *style,
                        struct text *text)
{
    struct text place = TEXT_INIT;
    report_format_place(sources, span.mark, &place);
    text_append(&place, place.length > 0 ? ": " : "");
    append_colored(text, style, COLOR_BOLD, text_string(&place));
    text_finish(&place);
}

/* How the file came to be read: "base of mine.yaml:1". */
static void append_way(const struct sources *sources, struct mark mark, const struct report_style *style,
                       struct text *text)
{
    struct text way = TEXT_INIT;
    report_format_way(sources, mark, &way);
    if (way.length > 0)
        append_wrapped(text, text_string(&way), style);
    text_finish(&way);
}

/* What the references stand for that led here. */
static void append_origins(const struct sources *sources, const struct origin *origin, const struct report_style *style,
                           struct text *text)
{
    for (int shown = 0; origin != NULL && shown < REPORT_ORIGINS_MAX; shown++) {
        append_head(sources, origin->target, style, text);
        append_colored(text, style, COLOR_NOTE, "note: ");
        text_format(text, "%s stands for %s\n", origin->reference,
                    origin->target.mark.source != NULL ? "this" : "its default");
        append_excerpt(sources, origin->target, style, text);
        append_way(sources, origin->target.mark, style, text);
        origin = origin->target.origin;
    }
}

/* "a.yaml:3:10: note: optimizer: ..." */
static void append_headline(const struct sources *sources, const struct problem *problem,
                            const struct report_style *style, struct text *text)
{
    bool is_note = problem->severity == SEVERITY_NOTE;
    append_head(sources, problem->span, style, text);
    append_colored(text, style, is_note ? COLOR_NOTE : COLOR_ERROR, is_note ? "note: " : "error: ");
    text_format(text, "%s\n", problem->message);
}

static void append_problem(const struct sources *sources, const struct problem *problem,
                           const struct report_style *style, struct text *text)
{
    append_headline(sources, problem, style, text);
    append_excerpt(sources, problem->span, style, text);
    if (problem->hint != NULL && *problem->hint != '\0')
        append_wrapped(text, problem->hint, style);
    append_way(sources, problem->span.mark, style, text);
    append_origins(sources, problem->span.origin, style, text);
}

void report_notes(const struct sources *sources, const struct problems *problems, const struct report_style *style,
                  struct text *text)
{
    for (size_t i = 0; i < problems->note_count; i++)
        if (style->is_json)
            report_json_problem(sources, &problems->notes[i], ERROR_NONE, text);
        else
            append_headline(sources, &problems->notes[i], style, text);
    if (problems->notes_left_out > 0 && !style->is_json)
        text_format(text, "... and %zu more notes\n", problems->notes_left_out);
}

void report_problems(const struct sources *sources, const struct problems *problems, const struct report_style *style,
                     struct text *text)
{
    for (size_t i = 0; i < problems->count; i++)
        if (style->is_json)
            report_json_problem(sources, &problems->items[i], ERROR_CONFIG, text);
        else
            append_problem(sources, &problems->items[i], style, text);
    if (problems->left_out > 0 && !style->is_json)
        text_format(text, "... and %zu more problems\n", problems->left_out);
}

void report_error(const struct sources *sources, const struct error *error, const struct report_style *style,
                  struct text *text)
{
    struct problem problem = {
        .span = {.mark = error->mark, .width = 1}, .message = error->message, .hint = error->hint};
    if (style->is_json)
        report_json_problem(sources, &problem, error->code, text);
    else
        append_problem(sources, &problem, style, text);
}
