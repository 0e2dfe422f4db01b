/*
 * columns.h: sums over the columns of an array [rows][columns], two at once, in an order that no GPU changes. For cuda.cu files.
 *
 * What lies channels last is such an array: a row is a pixel. A column has so many parts (columns_parts); part p is of the rows p,
 * p + parts, ..., in order: in float over few of them, in double over those. A block of threads then adds the parts of a column.
 *
 *     BODY struct column_terms total_terms(const struct total *a, int64_t row, int64_t column);    // what is added up
 *     COLUMN_PARTS(total, struct total)      // total_parts_launch(device, columns_threads(&a.columns), &a): a member `columns`
 *
 *     BODY void finish_body(struct block_place place, int phase, struct finish_shared *shared, const struct total *a)
 *     {
 *         struct column_sums sums = column_total(place, phase, &shared->columns, &a->columns);
 *         if (phase == 1 && place.thread == 0) ...                                  // the sums of column place.block
 *     }
 *     LAUNCHER_OF_BLOCKS(finish, struct total, 2)                                   // of as many blocks as columns
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_COLUMNS_H
#define LRUN_ENGINE_BACKENDS_CUDA_COLUMNS_H

#include "engine/backends/cuda/launch.h"

/** What a row adds to the sums of a column. */
struct column_terms {
    float first, second;
};

struct column_sums {
    double first, second;
};

/** An array and the parts of its sums, [parts][columns], in memory of the device. */
struct columns {
    int64_t rows, columns, parts;
    struct column_sums *sums;
};

struct columns_shared {
    struct column_sums sums[BLOCK_THREADS];
};

/** Sums of floats of which there are more than these are sums of doubles. */
#define COLUMN_RUN 64

/** As many parts as make work for a large GPU, whichever GPU it is. */
static inline int64_t columns_parts(int64_t rows, int64_t columns)
{
    int64_t parts = ((int64_t)1 << 18) / (columns > 0 ? columns : 1);
    parts = parts > 1024 ? 1024 : parts;
    parts = parts > rows ? rows : parts;
    return parts < 1 ? 1 : parts;
}

/** Bytes of the parts. */
static inline size_t columns_bytes(int64_t rows, int64_t columns)
{
    return (size_t)(columns_parts(rows, columns) * columns) * sizeof(struct column_sums);
}

static inline struct columns columns_make(int64_t rows, int64_t columns, void *memory)
{
    struct columns made = {rows, columns, columns_parts(rows, columns), (struct column_sums *)memory};
    return made;
}

static inline int64_t columns_threads(const struct columns *columns)
{
    return columns->parts * columns->columns;
}

/** Neighbouring threads read neighbouring numbers, whatever the number of columns. */
#define COLUMN_PARTS(name, arguments)                                                                                  \
    BODY void name##_parts_body(struct place place, const arguments *a)                                                \
    {                                                                                                                  \
        const struct columns *columns = &a->columns;                                                                   \
        for (int64_t i = place.index; i < columns->parts * columns->columns; i += place.count) {                       \
            struct column_sums sums = {0, 0};                                                                          \
            for (int64_t row = i / columns->columns; row < columns->rows;) {                                           \
                struct column_terms run = {0, 0};                                                                      \
                for (int j = 0; j < COLUMN_RUN && row < columns->rows; j++, row += columns->parts) {                   \
                    struct column_terms terms = name##_terms(a, row, i % columns->columns);                            \
                    run.first += terms.first;                                                                          \
                    run.second += terms.second;                                                                        \
                }                                                                                                      \
                sums.first += run.first;                                                                               \
                sums.second += run.second;                                                                             \
            }                                                                                                          \
            columns->sums[i] = sums;                                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    LAUNCHER(name##_parts, arguments)

/** The sums of column place.block; whole in phase 1, and thread 0 only. */
BODY struct column_sums column_total(struct block_place place, int phase, struct columns_shared *shared,
                                     const struct columns *columns)
{
    struct column_sums sums = {0, 0};
    if (phase == 0) {
        for (int64_t part = place.thread; part < columns->parts; part += BLOCK_THREADS) {
            struct column_sums own = columns->sums[part * columns->columns + place.block];
            sums.first += own.first;
            sums.second += own.second;
        }
        shared->sums[place.thread] = sums;
    } else if (place.thread == 0) {
        for (int i = 0; i < BLOCK_THREADS; i++) {
            sums.first += shared->sums[i].first;
            sums.second += shared->sums[i].second;
        }
    }
    return sums;
}

#endif
