/* csv_logger.c: writes metrics.csv. Columns are sorted, as Lightning's; a new one rewrites the file. */
#include "components/loggers/csv_logger.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define CSV_LIMIT ((size_t)1 << 32)

struct csv_logger {
    struct logger logger;
    struct csv_logger_params params;
    char *path;
    int descriptor;
    /** Column names, sorted; "epoch" and "step" are among them. */
    char **columns;
    size_t column_count;
    /** Rows below the header. */
    int64_t rows;
};

static int column_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void csv_add_column(struct csv_logger *csv, const char *name)
{
    csv->columns = memory_resize(csv->columns, csv->column_count + 1, sizeof *csv->columns);
    csv->columns[csv->column_count++] = memory_copy_string(name);
    qsort(csv->columns, csv->column_count, sizeof *csv->columns, column_compare);
}

static int csv_find_column(char *const *columns, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i], name) == 0)
            return (int)i;
    return -1;
}

static void csv_clear_columns(struct csv_logger *csv)
{
    for (size_t i = 0; i < csv->column_count; i++)
        memory_free(csv->columns[i]);
    memory_free(csv->columns);
    csv->columns = NULL;
    csv->column_count = 0;
}

static void csv_format_header(const struct csv_logger *csv, struct text *text)
{
    for (size_t i = 0; i < csv->column_count; i++)
        text_format(text, "%s%s", i > 0 ? "," : "", csv->columns[i]);
    text_append_char(text, '\n');
}

/* Splits a line (ended by a zero) at its commas, in place; the fields that we write have no commas of their own. */
static size_t csv_split(char *line, char **fields, size_t limit)
{
    size_t count = 0;
    for (char *at = line; at != NULL && count < limit;) {
        fields[count++] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return count;
}

/* Writes the line's fields under the logger's columns. */
static void csv_project(const struct csv_logger *csv, const int *from, char **fields, size_t field_count,
                        struct text *text)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (i > 0)
            text_append_char(text, ',');
        if (from[i] >= 0 && (size_t)from[i] < field_count)
            text_append(text, fields[from[i]]);
    }
    text_append_char(text, '\n');
}

/* The old file's first `rows` rows under the columns of now, into `text`. Returns how many there were. */
static int64_t csv_convert(const struct csv_logger *csv, char *old, int64_t rows, struct text *text)
{
    enum { FIELDS = 4096 };
    char **names = memory_allocate(FIELDS, sizeof *names), **fields = memory_allocate(FIELDS, sizeof *fields);
    int *from = memory_allocate(csv->column_count, sizeof *from);
    char *rest = NULL, *line = strtok_r(old, "\n", &rest);
    size_t name_count = line != NULL ? csv_split(line, names, FIELDS) : 0;
    for (size_t i = 0; i < csv->column_count; i++)
        from[i] = csv_find_column(names, name_count, csv->columns[i]);
    csv_format_header(csv, text);
    int64_t converted = 0;
    while (converted < rows && (line = strtok_r(NULL, "\n", &rest)) != NULL) {
        csv_project(csv, from, fields, csv_split(line, fields, FIELDS), text);
        converted++;
    }
    memory_free(names);
    memory_free(fields);
    memory_free(from);
    return converted;
}

static bool csv_reopen(struct csv_logger *csv, struct error *error)
{
    if (csv->descriptor >= 0)
        close(csv->descriptor);
    csv->descriptor = open(csv->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return csv->descriptor >= 0 || error_set_errno(error, ERROR_STORAGE, errno, "cannot open '%s'", csv->path);
}

/* Writes the file anew: its rows, under the columns of now. */
static bool csv_rewrite(struct csv_logger *csv, struct error *error)
{
    struct text old = TEXT_INIT, text = TEXT_INIT;
    bool ok = !file_exists(csv->path) || file_read(csv->path, CSV_LIMIT, &old, ERROR_STORAGE, error);
    if (ok) {
        int64_t found = csv_convert(csv, old.data != NULL ? old.data : (char[]){""}, csv->rows, &text);
        if (found < csv->rows) {
            ok = error_set(error, ERROR_STORAGE, "'%s' has %lld rows, wanted %lld", csv->path, (long long)found,
                           (long long)csv->rows);
            error_hint(error, "the file was changed after the checkpoint was saved; start a new run instead");
        }
    }
    ok = ok && durable_file_save(csv->path, text.data, text.length, error) && csv_reopen(csv, error);
    text_finish(&old);
    text_finish(&text);
    return ok;
}

static bool csv_load_position(struct csv_logger *csv, const json_t *position, struct error *error)
{
    const json_t *columns = json_object_get(position, "columns"), *rows = json_object_get(position, "rows");
    if (!json_is_array(columns) || !json_is_integer(rows))
        return error_set(error, ERROR_STORAGE, "the checkpoint's state of CSVLogger is not readable");
    csv_clear_columns(csv);
    for (size_t i = 0; i < json_array_size(columns); i++)
        if (json_is_string(json_array_get(columns, i)))
            csv_add_column(csv, json_string_value(json_array_get(columns, i)));
    csv->rows = json_integer_value(rows);
    return true;
}

static bool csv_logger_open(struct logger *logger, const char *run_directory, const json_t *position,
                            struct error *error)
{
    struct csv_logger *csv = (struct csv_logger *)logger;
    struct text path = TEXT_INIT;
    text_format(&path, "%s/%s", run_directory, csv->params.filename);
    memory_free(csv->path);
    csv->path = text_take(&path);
    if (position != NULL)
        return csv_load_position(csv, position, error) && csv_rewrite(csv, error);
    csv_add_column(csv, "epoch");
    csv_add_column(csv, "step");
    return csv_rewrite(csv, error);
}

/* A column's name: what would break the file's form becomes '_'. */
static void csv_clean_name(const char *name, char clean[SCALAR_NAME_BYTES])
{
    snprintf(clean, SCALAR_NAME_BYTES, "%s", name);
    for (char *at = clean; *at != '\0'; at++)
        if (*at == ',' || *at == '"' || (unsigned char)*at < ' ')
            *at = '_';
}

static bool csv_add_columns(struct csv_logger *csv, const struct scalars *scalars, struct error *error)
{
    size_t before = csv->column_count;
    for (size_t i = 0; i < scalars->count; i++) {
        char name[SCALAR_NAME_BYTES];
        csv_clean_name(scalars->items[i].name, name);
        if (csv_find_column(csv->columns, csv->column_count, name) < 0)
            csv_add_column(csv, name);
    }
    return csv->column_count == before || csv_rewrite(csv, error);
}

static void csv_format_number(double number, struct text *text)
{
    char digits[NUMBER_FORMAT_BYTES];
    if (isnan(number)) {
        text_append(text, "nan");
    } else if (isinf(number)) {
        text_append(text, number > 0 ? "inf" : "-inf");
    } else {
        number_format_double(number, digits);
        text_append(text, digits);
    }
}

static void csv_format_field(const char *column, const struct scalars *scalars, struct text *row)
{
    char name[SCALAR_NAME_BYTES];
    for (size_t i = 0; i < scalars->count; i++) {
        csv_clean_name(scalars->items[i].name, name);
        if (strcmp(name, column) == 0)
            csv_format_number(scalars->items[i].number, row);
    }
}

static void csv_format_row(const struct csv_logger *csv, const struct scalars *scalars, int64_t epoch, int64_t step,
                           struct text *row)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (i > 0)
            text_append_char(row, ',');
        if (strcmp(csv->columns[i], "epoch") == 0)
            text_format(row, "%lld", (long long)epoch);
        else if (strcmp(csv->columns[i], "step") == 0)
            text_format(row, "%lld", (long long)step);
        else
            csv_format_field(csv->columns[i], scalars, row);
    }
    text_append_char(row, '\n');
}

static bool csv_logger_log(struct logger *logger, const struct scalars *scalars, int64_t epoch, int64_t step,
                           struct error *error)
{
    struct csv_logger *csv = (struct csv_logger *)logger;
    if (!csv_add_columns(csv, scalars, error))
        return false;
    struct text row = TEXT_INIT;
    csv_format_row(csv, scalars, epoch, step, &row);
    bool ok = file_write_all(csv->descriptor, row.data, row.length, csv->path, error);
    csv->rows += ok;
    text_finish(&row);
    return ok;
}

static bool csv_logger_flush(struct logger *logger, struct error *error)
{
    struct csv_logger *csv = (struct csv_logger *)logger;
    return fdatasync(csv->descriptor) == 0 ||
           error_set_errno(error, ERROR_STORAGE, errno, "cannot sync '%s'", csv->path);
}

static json_t *csv_logger_position(const struct logger *logger)
{
    const struct csv_logger *csv = (const struct csv_logger *)logger;
    json_t *columns = json_array();
    for (size_t i = 0; i < csv->column_count; i++)
        json_array_append_new(columns, json_string(csv->columns[i]));
    return json_pack("{s:o, s:I}", "columns", columns, "rows", (json_int_t)csv->rows);
}

static void csv_logger_destroy(struct logger *logger)
{
    struct csv_logger *csv = (struct csv_logger *)logger;
    if (csv->descriptor >= 0)
        close(csv->descriptor);
    csv_clear_columns(csv);
    memory_free(csv->path);
    memory_free(csv);
}

static const struct logger_interface csv_logger_interface = {
    .open = csv_logger_open,
    .log = csv_logger_log,
    .flush = csv_logger_flush,
    .position = csv_logger_position,
    .destroy = csv_logger_destroy,
};

struct logger *csv_logger_create(const struct csv_logger_params *params, struct error *error)
{
    if (params->filename[0] == '\0' || params->filename[0] == '.' || strchr(params->filename, '/') != NULL) {
        error_set(error, ERROR_CONFIG, "wanted a plain file name, found '%s'", params->filename);
        return NULL;
    }
    struct csv_logger *csv = memory_allocate(1, sizeof *csv);
    csv->logger.interface = &csv_logger_interface;
    csv->logger.name = "CSVLogger";
    csv->params = *params;
    csv->descriptor = -1;
    return &csv->logger;
}
