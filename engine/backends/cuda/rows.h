/*
 * rows.h: sums and the like over rows, ROW_THREADS threads to a row, whatever its length. For cuda.cu files.
 *
 *     struct lengths_shared { double parts[BLOCK_THREADS]; };
 *
 *     BODY void lengths_body(struct block_place place, int phase, struct lengths_shared *shared, const struct lengths *a)
 *     {
 *         struct row_place row = row_place_of(place);
 *         if (row.number >= a->rows)
 *             return;
 *         if (phase == 0)
 *             for (int64_t i = row.lane; i < a->count; i += ROW_THREADS) ...     // adds up shared->parts[place.thread]
 *         else if (row.lane == 0)
 *             a->lengths[row.number] = row_sum(row, shared->parts);
 *     }
 *     LAUNCHER_OF_BLOCKS(lengths, struct lengths, 2)                             // lengths_launch(device, row_blocks(rows), &a)
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_ROWS_H
#define LRUN_ENGINE_BACKENDS_CUDA_ROWS_H

#include "engine/backends/cuda/launch.h"

#define ROW_THREADS 32
#define BLOCK_ROWS (BLOCK_THREADS / ROW_THREADS)

/** What a thread is of its row. */
struct row_place {
    int64_t number;
    int lane;
    /** The row's first thread in its block. */
    int first;
};

BODY struct row_place row_place_of(struct block_place place)
{
    struct row_place row;
    row.number = place.block * BLOCK_ROWS + place.thread / ROW_THREADS;
    row.lane = place.thread % ROW_THREADS;
    row.first = place.thread - row.lane;
    return row;
}

static inline int64_t row_blocks(int64_t rows)
{
    return (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

/** The sum of what the row's threads have found; `parts` has one number per thread of the block. */
BODY double row_sum(struct row_place row, const double *parts)
{
    return parts_sum(parts + row.first, ROW_THREADS);
}

/** What softmax needs of a row: its largest number, and the sum of the exponentials of the distances to it. */
struct row_exponentials {
    float largest[BLOCK_THREADS];
    double sums[BLOCK_THREADS];
};

BODY float row_largest(struct row_place row, const struct row_exponentials *shared)
{
    float largest = shared->largest[row.first];
    for (int i = 1; i < ROW_THREADS; i++)
        largest = shared->largest[row.first + i] > largest ? shared->largest[row.first + i] : largest;
    return largest;
}

/** The logarithm of the sum of the exponentials. In phase 2 and later. */
BODY double row_log_sum(struct row_place row, const struct row_exponentials *shared)
{
    return row_largest(row, shared) + log(row_sum(row, shared->sums));
}

/** Phases 0 and 1 of a row of `count` numbers at `offset`. Does nothing in later ones. */
BODY void row_exponentials_find(struct row_place row, int phase, struct row_exponentials *shared, const void *x,
                                enum dtype dtype, int64_t offset, int64_t count)
{
    float largest = phase == 0 ? -INFINITY : row_largest(row, shared);
    double sum = 0;
    if (phase > 1)
        return;
    for (int64_t i = row.lane; i < count; i += ROW_THREADS) {
        float number = float_get(x, dtype, offset + i);
        if (phase == 0)
            largest = number > largest ? number : largest;
        else
            sum += expf(number - largest);
    }
    if (phase == 0)
        shared->largest[row.first + row.lane] = largest;
    else
        shared->sums[row.first + row.lane] = sum;
}

#endif
