/*
 * columns.h: a table as text: a header, rows, every column as wide as it needs, cut where the table must fit a width.
 *
 *     struct columns columns = COLUMNS_INIT;
 *     columns_add(&columns, "run", COLUMN_NUMBER);
 *     columns_add(&columns, "lr", COLUMN_TEXT);
 *     columns_row(&columns);
 *     columns_set(&columns, 0, "%d", 3);
 *     columns_format(&columns, 80, &text);
 *     columns_finish(&columns);
 */
#ifndef LRUN_ENGINE_BASE_COLUMNS_H
#define LRUN_ENGINE_BASE_COLUMNS_H

#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/text.h"

#define COLUMNS_MAX 64

enum column_kind {
    COLUMN_TEXT,   /* to the left; cut, with "..." at its end, where the table is too wide */
    COLUMN_FIXED,  /* to the left; never cut */
    COLUMN_NUMBER, /* to the right; never cut */
};

struct column {
    const char *header;
    enum column_kind kind;
};

/** Everything is copied into the arena. Columns are added before rows. */
struct columns {
    struct arena arena;
    struct column items[COLUMNS_MAX];
    size_t count;
    /** [row_count][count]; a cell that was not set is NULL. */
    const char **cells;
    size_t row_count;
    size_t row_capacity;
};

#define COLUMNS_INIT                                                                                                   \
    {                                                                                                                  \
        .count = 0                                                                                                     \
    }

/** Adds a column at the right; at most COLUMNS_MAX, further ones are left out. Returns its place. */
size_t columns_add(struct columns *columns, const char *header, enum column_kind kind);

/** Adds an empty row. */
void columns_row(struct columns *columns);

/** Sets a cell of the last row; a column that was left out is ignored. */
void columns_set(struct columns *columns, size_t column, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Appends the header and the rows, two blanks between columns. Lines are at most `width` characters; 0: no limit. */
void columns_format(const struct columns *columns, int width, struct text *text);

void columns_finish(struct columns *columns);

#endif
