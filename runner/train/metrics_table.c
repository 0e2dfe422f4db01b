/* metrics_table.c: a run's metrics.csv read back. */
#include "runner/train/metrics_table.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/text.h"

#define FILE_BYTES_MAX ((size_t)1 << 32)

static size_t count_characters(const char *bytes, size_t length, char character)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == character;
    return count;
}

/* Ends the line at hand, in place, and steps over it; NULL when no whole line is left. */
static char *take_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');
    if (end == NULL)
        return NULL;
    *at = end + 1;
    *end = '\0';
    if (end > line && end[-1] == '\r')
        end[-1] = '\0';
    return line;
}

/* Ends the field at hand, in place, and steps over it; NULL when the line is used up. */
static char *take_field(char **at)
{
    char *field = *at;
    if (field == NULL)
        return NULL;
    *at = strchr(field, ',');
    if (*at != NULL)
        *(*at)++ = '\0';
    return field;
}

static bool parse_cell(const char *field, struct metric_cell *cell)
{
    *cell = (struct metric_cell){.is_blank = field[0] == '\0'};
    if (cell->is_blank || number_parse_double(field, &cell->number))
        return true;
    if (strcmp(field, "nan") == 0)
        cell->number = NAN;
    else if (strcmp(field, "inf") == 0 || strcmp(field, "-inf") == 0)
        cell->number = field[0] == '-' ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

static void read_header(struct metrics_table *table, char *line)
{
    size_t count = count_characters(line, strlen(line), ',') + 1;
    table->columns = arena_allocate(&table->arena, count, sizeof *table->columns);
    for (char *field = take_field(&line); field != NULL; field = take_field(&line))
        table->columns[table->column_count++] = arena_copy_string(&table->arena, field);
}

static bool read_row(struct metrics_table *table, char *line, const char *path, struct error *error)
{
    struct metric_cell *cells = table->cells + table->row_count * table->column_count;
    size_t number = table->row_count + 2;
    size_t column = 0;
    for (char *field = take_field(&line); field != NULL; field = take_field(&line), column++) {
        if (column == table->column_count)
            return error_set(error, ERROR_STORAGE, "'%s', line %zu: wanted %zu cells, found more", path, number,
                             table->column_count);
        if (!parse_cell(field, &cells[column]))
            return error_set(error, ERROR_STORAGE, "'%s', line %zu: wanted a number under '%s', found '%s'", path,
                             number, table->columns[column], field);
    }
    for (; column < table->column_count; column++)
        cells[column].is_blank = true;
    table->row_count++;
    return true;
}

static bool read_rows(struct metrics_table *table, struct text *bytes, const char *path, struct error *error)
{
    char *at = bytes->data, *line = at != NULL ? take_line(&at) : NULL;
    if (line == NULL)
        return true;
    read_header(table, line);
    size_t rows = count_characters(at, strlen(at), '\n');
    table->cells = arena_allocate_large(&table->arena, (rows * table->column_count + 1) * sizeof *table->cells,
                                        "the table of metrics", error);
    bool ok = table->cells != NULL;
    for (line = take_line(&at); ok && line != NULL; line = take_line(&at))
        ok = read_row(table, line, path, error);
    return ok;
}

bool metrics_table_load(struct metrics_table *table, const char *path, struct error *error)
{
    struct text bytes = TEXT_INIT;
    bool ok = file_read(path, FILE_BYTES_MAX, &bytes, ERROR_STORAGE, error) && read_rows(table, &bytes, path, error);
    text_finish(&bytes);
    return ok;
}

int metrics_table_find(const struct metrics_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i], name) == 0)
            return (int)i;
    return -1;
}

const struct metric_cell *metrics_table_get(const struct metrics_table *table, size_t row, int column)
{
    assert(row < table->row_count && column >= 0 && (size_t)column < table->column_count);
    return &table->cells[row * table->column_count + (size_t)column];
}

/* What the row says under `name`; -1 where it says nothing. */
static double row_number(const struct metrics_table *table, size_t row, const char *name)
{
    int column = metrics_table_find(table, name);
    const struct metric_cell *cell = column >= 0 ? metrics_table_get(table, row, column) : NULL;
    return cell != NULL && !cell->is_blank ? cell->number : -1;
}

static struct metric_moment moment_of(const struct metrics_table *table, size_t row, int column)
{
    return (struct metric_moment){
        .number = metrics_table_get(table, row, column)->number,
        .epoch = row_number(table, row, "epoch"),
        .step = row_number(table, row, "step"),
    };
}

bool metrics_table_last(const struct metrics_table *table, int column, struct metric_moment *last)
{
    for (size_t row = table->row_count; row > 0; row--)
        if (!metrics_table_get(table, row - 1, column)->is_blank) {
            *last = moment_of(table, row - 1, column);
            return true;
        }
    return false;
}

bool metrics_table_best(const struct metrics_table *table, int column, enum monitor_mode mode,
                        struct metric_moment *best)
{
    bool found = false;
    for (size_t row = 0; row < table->row_count; row++) {
        const struct metric_cell *cell = metrics_table_get(table, row, column);
        if (cell->is_blank || !isfinite(cell->number) ||
            (found && !monitor_is_better(mode, cell->number, best->number, 0)))
            continue;
        *best = moment_of(table, row, column);
        found = true;
    }
    return found;
}

void metrics_table_finish(struct metrics_table *table)
{
    arena_finish(&table->arena);
    *table = (struct metrics_table)METRICS_TABLE_INIT;
}
