/* columns.c: a table as text. */
#include "engine/base/columns.h"

#include <assert.h>
#include <string.h>

#include "engine/base/utf8.h"

#define GAP 2
#define NARROWEST_TEXT 5
#define MARK "..."

static const char *cell_at(const struct columns *columns, size_t row, size_t column)
{
    const char *cell = columns->cells[row * columns->count + column];
    return cell != NULL ? cell : "";
}

/* The bytes of the first `count` characters. */
static size_t count_bytes(const char *string, int count)
{
    const char *at = string;
    for (; *at != '\0'; at++)
        if (((unsigned char)*at & 0xC0) != 0x80 && count-- == 0)
            break;
    return (size_t)(at - string);
}

size_t columns_add(struct columns *columns, const char *header, enum column_kind kind)
{
    assert(columns->row_count == 0);
    if (columns->count == COLUMNS_MAX)
        return COLUMNS_MAX;
    columns->items[columns->count] = (struct column){arena_copy_string(&columns->arena, header), kind};
    return columns->count++;
}

void columns_row(struct columns *columns)
{
    assert(columns->count > 0);
    if (columns->row_count == columns->row_capacity) {
        size_t capacity = columns->row_capacity > 0 ? columns->row_capacity * 2 : 16;
        const char **cells = arena_allocate(&columns->arena, capacity * columns->count, sizeof *cells);
        if (columns->row_count > 0)
            memcpy(cells, columns->cells, columns->row_count * columns->count * sizeof *cells);
        columns->cells = cells;
        columns->row_capacity = capacity;
    }
    columns->row_count++;
}

void columns_set(struct columns *columns, size_t column, const char *format, ...)
{
    assert(columns->row_count > 0);
    if (column >= columns->count)
        return;
    va_list arguments;
    va_start(arguments, format);
    columns->cells[(columns->row_count - 1) * columns->count + column] =
        arena_format_list(&columns->arena, format, arguments);
    va_end(arguments);
}

/* The widths that the columns need; returns the table's. */
static int measure(const struct columns *columns, int widths[])
{
    int total = 0;
    for (size_t i = 0; i < columns->count; i++) {
        widths[i] = (int)utf8_count(columns->items[i].header);
        for (size_t row = 0; row < columns->row_count; row++) {
            int length = (int)utf8_count(cell_at(columns, row, i));
            widths[i] = length > widths[i] ? length : widths[i];
        }
        total += widths[i] + (i > 0 ? GAP : 0);
    }
    return total;
}

/* Narrows the widest text column, again and again, until the table fits or nothing is left to narrow. */
static void narrow(const struct columns *columns, int widths[], int total, int width)
{
    while (total > width) {
        size_t widest = columns->count;
        for (size_t i = 0; i < columns->count; i++)
            if (columns->items[i].kind == COLUMN_TEXT && widths[i] > NARROWEST_TEXT &&
                (widest == columns->count || widths[i] > widths[widest]))
                widest = i;
        if (widest == columns->count)
            return;
        widths[widest]--;
        total--;
    }
}

static void append_blanks(struct text *line, int count)
{
    for (int i = 0; i < count; i++)
        text_append_char(line, ' ');
}

static void append_cell(struct text *line, const char *cell, enum column_kind kind, int width)
{
    int length = (int)utf8_count(cell);
    if (length > width) {
        text_append_bytes(line, cell, count_bytes(cell, width - (int)strlen(MARK)));
        text_append(line, MARK);
        return;
    }
    append_blanks(line, kind == COLUMN_NUMBER ? width - length : 0);
    text_append(line, cell);
    append_blanks(line, kind == COLUMN_NUMBER ? 0 : width - length);
}

/* Appends a line without the blanks at its end, cut where even the narrowest columns do not fit. */
static void append_line(struct text *text, struct text *line, int width)
{
    const char *string = text_string(line);
    size_t length = width > 0 ? count_bytes(string, width) : line->length;
    while (length > 0 && string[length - 1] == ' ')
        length--;
    text_append_bytes(text, string, length);
    text_append_char(text, '\n');
    text_clear(line);
}

void columns_format(const struct columns *columns, int width, struct text *text)
{
    int widths[COLUMNS_MAX];
    int total = measure(columns, widths);
    struct text line = TEXT_INIT;
    if (width > 0)
        narrow(columns, widths, total, width);
    for (size_t row = 0; row <= columns->row_count; row++) {
        for (size_t i = 0; i < columns->count; i++) {
            append_blanks(&line, i > 0 ? GAP : 0);
            append_cell(&line, row == 0 ? columns->items[i].header : cell_at(columns, row - 1, i),
                        columns->items[i].kind, widths[i]);
        }
        append_line(text, &line, width);
    }
    text_finish(&line);
}

void columns_finish(struct columns *columns)
{
    arena_finish(&columns->arena);
    *columns = (struct columns)COLUMNS_INIT;
}
