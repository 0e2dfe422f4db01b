/* test_thin.c: what cannot be seen is left out, what can is not: spikes, gaps, single points. */
#include "runner/plot/thin.h"

#include <math.h>

#include "engine/base/memory.h"
#include "tests/unit/unit.h"

enum { MANY = 500000 };

/* A panel of 100 x 50 whose axes go from 0 to `x` and 0 to `y`. */
static struct projection panel_of(double x, double y)
{
    return (struct projection){.x = {.low = 0, .high = x},
                               .y = {.low = 0, .high = y},
                               .left = 0,
                               .top = 0,
                               .right = 100,
                               .bottom = 50,
                               .resolution = 1};
}

START_TEST(test_half_a_million_points_become_a_few_and_the_spike_stays)
{
    struct arena arena = ARENA_INIT;
    struct curve_point *points = memory_allocate(MANY, sizeof *points);
    struct projection projection = panel_of(MANY, 10);
    for (int i = 0; i < MANY; i++)
        points[i] = (struct curve_point){i, i == 333333 ? 10 : i % 2};
    const struct figure_line *line = thin_lines(points, MANY, &projection, &arena);
    ck_assert_ptr_nonnull(line);
    ck_assert_ptr_null(line->next);
    ck_assert_uint_le(line->count, 4 * 101);
    ck_assert_uint_ge(line->count, 2 * 100);
    double highest = INFINITY;
    for (size_t i = 0; i < line->count; i++) {
        highest = fmin(highest, line->points[i].y);
        ck_assert(i == 0 || line->points[i].x >= line->points[i - 1].x);
    }
    ck_assert_double_eq_tol(highest, 0, 1e-9);
    memory_free(points);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_gaps_and_steps_back_cut_a_curve)
{
    static const double ys[] = {1, 2, NAN, NAN, 3, NAN, 4, 5};
    struct curve_point points[8];
    struct arena arena = ARENA_INIT;
    struct projection projection = panel_of(10, 10);
    for (int i = 0; i < 8; i++)
        points[i] = (struct curve_point){i, ys[i]};
    const struct figure_line *line = thin_lines(points, 8, &projection, &arena);
    ck_assert_uint_eq(line->count, 2);
    ck_assert_double_eq_tol(line->points[1].x, 10, 1e-9);
    ck_assert_double_eq_tol(line->points[1].y, 40, 1e-9);
    ck_assert_uint_eq(line->next->count, 1);
    ck_assert_uint_eq(line->next->next->count, 2);
    ck_assert_ptr_null(line->next->next->next);
    ck_assert_ptr_null(thin_lines(points + 2, 2, &projection, &arena));
    ck_assert_ptr_null(thin_lines(points, 0, &projection, &arena));
    points[1].x = 9; /* a run that went on from an older checkpoint */
    points[2] = (struct curve_point){5, 1};
    line = thin_lines(points, 3, &projection, &arena);
    ck_assert_uint_eq(line->count, 2);
    ck_assert_uint_eq(line->next->count, 1);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("thin", test_half_a_million_points_become_a_few_and_the_spike_stays, test_gaps_and_steps_back_cut_a_curve)
