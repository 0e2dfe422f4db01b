/* test_nearest.c: misspelt names find what was meant, strange ones find nothing. */
#include "engine/base/nearest.h"

#include "tests/unit/unit.h"

static const char *const names[] = {"aeroplane", "bicycle", "bird", "boat", "tvmonitor"};

static const char *find(const char *name)
{
    return nearest_find(name, names, sizeof names / sizeof *names);
}

START_TEST(test_nearest_name_is_found_over_small_mistakes)
{
    ck_assert_str_eq(find("aeroplan"), "aeroplane");
    ck_assert_str_eq(find("Bicycle"), "bicycle");
    ck_assert_str_eq(find("bridge") == NULL ? "none" : find("bridge"), "none");
    ck_assert_str_eq(find("brid"), "bird"); /* one swap, where "boat" needs two changes */
    ck_assert_str_eq(find("tv_monitor"), "tvmonitor");
}
END_TEST

START_TEST(test_nothing_is_near_to_a_strange_name)
{
    ck_assert_ptr_null(find("zebra"));
    ck_assert_ptr_null(find(""));
    char longest[1000] = "aeroplane";
    for (int i = 9; i < 999; i++)
        longest[i] = 'e';
    ck_assert_ptr_null(find(longest));
}
END_TEST

UNIT_MAIN("nearest", test_nearest_name_is_found_over_small_mistakes, test_nothing_is_near_to_a_strange_name)
