/*
 * metrics_table.h: a run's metrics.csv read back: a column per number, a row per moment, while the run goes on or after.
 *
 *     struct metrics_table table = METRICS_TABLE_INIT;
 *     if (metrics_table_load(&table, "lightning_logs/version_0/metrics.csv", &error)) {
 *         int column = metrics_table_find(&table, "val_map_50");
 *         if (column >= 0 && metrics_table_best(&table, column, MONITOR_MODE_MAX, &best))
 *             printf("%g in epoch %g\n", best.number, best.epoch);
 *     }
 *     metrics_table_finish(&table);
 */
#ifndef LRUN_RUNNER_TRAIN_METRICS_TABLE_H
#define LRUN_RUNNER_TRAIN_METRICS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "components/callbacks/monitor.h"
#include "engine/base/arena.h"
#include "engine/base/error.h"

/** A number of the table; blank where nothing was logged at that moment. */
struct metric_cell {
    bool is_blank;
    /** May be NaN or infinite: a run that diverged says so. */
    double number;
};

/** A whole file. Everything in it lives in its arena. */
struct metrics_table {
    struct arena arena;
    /** Names, in the order of the file. */
    const char **columns;
    size_t column_count;
    /** [row_count, column_count] */
    struct metric_cell *cells;
    size_t row_count;
};

#define METRICS_TABLE_INIT                                                                                             \
    {                                                                                                                  \
        .columns = NULL                                                                                                \
    }

/** A number of a column, and when it was logged: -1 where the file does not say. */
struct metric_moment {
    double number;
    double epoch;
    double step;
};

/**
 * Reads the file into an empty table. A last line without its end is left out: it is being written. Fails with
 * ERROR_STORAGE when the file cannot be read, or has a row longer than its header or a cell that is no number.
 */
bool metrics_table_load(struct metrics_table *table, const char *path, struct error *error);

/** The column of this name; -1 when there is none. */
int metrics_table_find(const struct metrics_table *table, const char *name);

/** The cell; row and column must be in the table. Lent. */
const struct metric_cell *metrics_table_get(const struct metrics_table *table, size_t row, int column);

/** The last number of the column; false when all of it is blank. */
bool metrics_table_last(const struct metrics_table *table, int column, struct metric_moment *last);

/** The best finite number of the column, the first of equals; false when there is none. */
bool metrics_table_best(const struct metrics_table *table, int column, enum monitor_mode mode,
                        struct metric_moment *best);

/** Frees everything; the table is empty and usable again. */
void metrics_table_finish(struct metrics_table *table);

#endif
