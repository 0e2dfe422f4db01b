/* test_library.c: libraries opened when first used: their functions, and what is said when they are not there. */
#include "engine/base/library.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

#define MATH_FUNCTIONS(function) function(, cos) function(, hypot)

struct math {
    MATH_FUNCTIONS(LIBRARY_POINTER)
};

static const char *const math_names[] = {MATH_FUNCTIONS(LIBRARY_NAME) NULL};

START_TEST(test_the_functions_of_a_library_are_in_its_table)
{
    static struct math math;
    static struct library library = {.name = "libm", .files = {"libm.so.6"}, .functions = math_names, .table = &math};
    struct error error = ERROR_INIT;
    ck_ok(library_open(&library, &error), error);
    ck_assert_double_eq(math.cos(0), 1);
    ck_assert_double_eq(math.hypot(3, 4), 5);
    ck_assert(library_is_there(&library));
}
END_TEST

START_TEST(test_the_other_name_is_tried_where_the_usual_one_is_not_there)
{
    static struct math math;
    static struct library library = {
        .name = "libm", .files = {"libm-by-another-name.so.6", "libm.so.6"}, .functions = math_names, .table = &math};
    struct error error = ERROR_INIT;
    ck_ok(library_open(&library, &error), error);
    ck_assert_double_eq(math.cos(0), 1);
}
END_TEST

START_TEST(test_a_library_that_is_not_there_is_said_each_time)
{
    static struct math math;
    static struct library library = {.name = "Nothing",
                                     .files = {"libnothing.so.1", "libnothing-else.so.1"},
                                     .package = "libnothing1",
                                     .functions = math_names,
                                     .table = &math};
    for (int i = 0; i < 2; i++) {
        struct error error = ERROR_INIT;
        ck_assert(!library_open(&library, &error));
        ck_assert_int_eq(error.code, ERROR_RUN);
        ck_assert_str_eq(error.message, "cannot open Nothing: libnothing.so.1: cannot open shared object file: No such "
                                        "file or directory");
        ck_assert_str_eq(error.hint, "install it; its package in Debian is 'libnothing1'");
    }
    ck_assert(!library_is_there(&library));
}
END_TEST

START_TEST(test_a_library_without_a_function_leaves_the_table_empty)
{
    static const char *const functions[] = {"cos", "no_function_has_this_name", NULL};
    static struct math math;
    static struct library library = {
        .name = "libm", .files = {"libm.so.6"}, .package = "libc6", .functions = functions, .table = &math};
    struct error error = ERROR_INIT;
    ck_assert(!library_open(&library, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "cannot open libm: "));
    ck_assert_ptr_nonnull(strstr(error.message, "libm.so.6: undefined symbol: no_function_has_this_name"));
    ck_assert(math.cos == NULL && math.hypot == NULL);
}
END_TEST

static int begun;

static bool begin_badly(struct error *error)
{
    begun++;
    return error_set(error, ERROR_RUN, "wanted a good beginning, found none");
}

START_TEST(test_a_library_that_cannot_begin_is_not_asked_again)
{
    static struct math math;
    static struct library library = {
        .name = "libm", .files = {"libm.so.6"}, .functions = math_names, .table = &math, .begin = begin_badly};
    for (int i = 0; i < 2; i++) {
        struct error error = ERROR_INIT;
        ck_assert(!library_open(&library, &error));
        ck_assert_str_eq(error.message, "wanted a good beginning, found none");
    }
    ck_assert_int_eq(begun, 1);
}
END_TEST

UNIT_MAIN("library", test_the_functions_of_a_library_are_in_its_table,
          test_the_other_name_is_tried_where_the_usual_one_is_not_there,
          test_a_library_that_is_not_there_is_said_each_time, test_a_library_without_a_function_leaves_the_table_empty,
          test_a_library_that_cannot_begin_is_not_asked_again)
