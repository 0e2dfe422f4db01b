/*
 * ticks.h: the numbers that stand along an axis: 1, 2 or 5 times a power of ten, as many as there is room for.
 *
 *     struct ticks ticks;
 *     ticks_choose(&(struct axis_span){0, 4.2, .is_log = false}, 5, &ticks);    // 0, 1, 2, 3, 4
 */
#ifndef LRUN_RUNNER_PLOT_TICKS_H
#define LRUN_RUNNER_PLOT_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#define TICKS_MAX 24
#define TICK_LABEL_BYTES 32

/** What an axis shows: low < high, both above 0 on a logarithmic one. */
struct axis_span {
    double low;
    double high;
    bool is_log;
    /** Numbers between whole ones mean nothing: steps. */
    bool is_whole;
};

struct tick {
    double value;
    char label[TICK_LABEL_BYTES];
};

struct ticks {
    struct tick items[TICKS_MAX];
    size_t count;
};

/** The span with room around the numbers from `low` to `high` (low <= high, finite); from 0 where they begin near it. */
struct axis_span span_around(double low, double high, bool is_log);

/** Where a value stands in the span: 0 at its low end, 1 at its high one. */
double span_place(const struct axis_span *span, double value);

/** Chooses at most `most` (2 to TICKS_MAX) ticks, from the lowest. */
void ticks_choose(const struct axis_span *span, size_t most, struct ticks *ticks);

#endif
