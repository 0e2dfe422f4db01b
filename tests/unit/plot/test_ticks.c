/* test_ticks.c: numbers along an axis are round, inside it, and no more than there is room for. */
#include "runner/plot/ticks.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

/* The labels, with blanks between them. */
static void check_labels(struct axis_span span, size_t most, const char *expected)
{
    struct ticks ticks;
    char labels[TICKS_MAX * (TICK_LABEL_BYTES + 1)] = "";
    ticks_choose(&span, most, &ticks);
    ck_assert_uint_le(ticks.count, most);
    for (size_t i = 0; i < ticks.count; i++) {
        strcat(strcat(labels, i > 0 ? " " : ""), ticks.items[i].label);
        ck_assert(span_place(&span, ticks.items[i].value) > -1e-6 &&
                  span_place(&span, ticks.items[i].value) < 1 + 1e-6);
    }
    ck_assert_str_eq(labels, expected);
}

START_TEST(test_ticks_are_multiples_of_1_2_or_5)
{
    check_labels((struct axis_span){.low = 0, .high = 4.2}, 5, "0 1 2 3 4");
    check_labels((struct axis_span){.low = 0, .high = 4.2}, 3, "0 2 4");
    check_labels((struct axis_span){.low = -0.35, .high = 0.31}, 8, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3");
    check_labels((struct axis_span){.low = 0.52, .high = 0.98}, 5, "0.6 0.7 0.8 0.9");
    check_labels((struct axis_span){.low = 0, .high = 1.4, .is_whole = true}, 8, "0 1");
    check_labels((struct axis_span){.low = 0, .high = 1.4}, 8, "0 0.2 0.4 0.6 0.8 1.0 1.2 1.4");
}
END_TEST

START_TEST(test_large_and_small_numbers_are_short)
{
    check_labels((struct axis_span){.low = 0, .high = 200000}, 5, "0 50k 100k 150k 200k");
    check_labels((struct axis_span){.low = 0, .high = 2.1e6}, 5, "0 0.5M 1.0M 1.5M 2.0M");
    check_labels((struct axis_span){.low = 9e-4, .high = 1.1e-3}, 3, "0.9e-3 1.0e-3 1.1e-3");
    check_labels((struct axis_span){.low = 0, .high = 1e27}, 3, "0 0.5e27 1.0e27");
    check_labels((struct axis_span){.low = -1.5e200, .high = 1.5e200}, 4, "-1e200 0 1e200");
}
END_TEST

START_TEST(test_logarithmic_ticks_are_powers_or_near_them)
{
    check_labels((struct axis_span){.low = 0.05, .high = 200, .is_log = true}, 5, "0.1 1 10 100");
    check_labels((struct axis_span){.low = 1e-9, .high = 1e9, .is_log = true}, 4, "1e-5 1 100k");
    check_labels((struct axis_span){.low = 0.9, .high = 25, .is_log = true}, 5, "1 2 5 10 20");
    check_labels((struct axis_span){.low = 0.9, .high = 35, .is_log = true}, 4, "1 3 10 30");
    check_labels((struct axis_span){.low = 3.1, .high = 3.6, .is_log = true}, 4, "3.2 3.4 3.6");
}
END_TEST

START_TEST(test_any_span_has_ticks)
{
    static const double numbers[] = {-1e200, -7, -1e-12, 0, 1e-200, 3e-7, 1, 1 + 1e-15, 1e6, 1e200};
    for (size_t low = 0; low < 10; low++) {
        for (size_t high = low; high < 10; high++) {
            for (size_t most = 2; most < 9; most++) {
                struct ticks ticks;
                bool is_log = numbers[low] > 0;
                struct axis_span span = span_around(numbers[low], numbers[high], false);
                ck_assert(span.low < span.high && span.low <= numbers[low] && span.high >= numbers[high]);
                ticks_choose(&span, most, &ticks);
                ck_assert_uint_le(ticks.count, most);
                if (!is_log)
                    continue;
                span = span_around(numbers[low], numbers[high], true);
                ck_assert(span.low < span.high && span.low > 0 && isfinite(span.high));
                ticks_choose(&span, most, &ticks);
                ck_assert_uint_le(ticks.count, most);
            }
        }
    }
}
END_TEST

START_TEST(test_a_span_begins_at_zero_where_numbers_begin_near_it)
{
    ck_assert_double_eq(span_around(0.1, 1, false).low, 0);
    ck_assert_double_eq_tol(span_around(0.5, 1, false).low, 0.475, 1e-12);
    ck_assert_double_eq_tol(span_around(5, 5, false).low, 4.5, 1e-12);
    ck_assert_double_eq_tol(span_around(5, 5, false).high, 5.5, 1e-12);
    ck_assert_double_eq(span_around(0, 0, false).high, 1);
    ck_assert_double_eq_tol(span_around(5, 5, true).high, 10, 1e-12);
}
END_TEST

UNIT_MAIN("ticks", test_ticks_are_multiples_of_1_2_or_5, test_large_and_small_numbers_are_short,
          test_logarithmic_ticks_are_powers_or_near_them, test_any_span_has_ticks,
          test_a_span_begins_at_zero_where_numbers_begin_near_it)
