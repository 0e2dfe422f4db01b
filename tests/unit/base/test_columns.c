/* test_columns.c: a table as text, as wide as it needs or as it may be. */
#include "engine/base/columns.h"

#include "tests/unit/unit.h"

static void make_table(struct columns *columns)
{
    size_t run = columns_add(columns, "run", COLUMN_NUMBER);
    size_t backbone = columns_add(columns, "backbone", COLUMN_TEXT);
    size_t state = columns_add(columns, "state", COLUMN_FIXED);
    columns_row(columns);
    columns_set(columns, run, "%d", 0);
    columns_set(columns, backbone, "%s", "ResNet18");
    columns_set(columns, state, "done");
    columns_row(columns);
    columns_set(columns, run, "%d", 10);
    columns_set(columns, backbone, "%s", "größeres Netz");
}

static void expect(const struct columns *columns, int width, const char *expected)
{
    struct text text = TEXT_INIT;
    columns_format(columns, width, &text);
    ck_assert_str_eq(text_string(&text), expected);
    text_finish(&text);
}

START_TEST(test_columns_are_as_wide_as_they_need)
{
    struct columns columns = COLUMNS_INIT;
    make_table(&columns);
    expect(&columns, 0,
           "run  backbone       state\n"
           "  0  ResNet18       done\n"
           " 10  größeres Netz\n");
    expect(&columns, 25,
           "run  backbone       state\n"
           "  0  ResNet18       done\n"
           " 10  größeres Netz\n");
    columns_finish(&columns);
}
END_TEST

START_TEST(test_texts_are_cut_to_fit_the_width)
{
    struct columns columns = COLUMNS_INIT;
    make_table(&columns);
    expect(&columns, 21,
           "run  backbone   state\n"
           "  0  ResNet18   done\n"
           " 10  größer...\n");
    expect(&columns, 9,
           "run  ba..\n"
           "  0  Re..\n"
           " 10  gr..\n");
    columns_finish(&columns);
}
END_TEST

START_TEST(test_many_rows_and_too_many_columns)
{
    struct columns columns = COLUMNS_INIT;
    for (int i = 0; i < COLUMNS_MAX; i++)
        ck_assert_uint_eq(columns_add(&columns, "", COLUMN_TEXT), i);
    size_t none = columns_add(&columns, "none", COLUMN_TEXT);
    for (int i = 0; i < 100; i++)
        columns_row(&columns);
    columns_set(&columns, 0, "last");
    columns_set(&columns, none, "nowhere");
    ck_assert_uint_eq(columns.row_count, 100);
    ck_assert_str_eq(columns.cells[99 * columns.count], "last");
    columns_finish(&columns);
}
END_TEST

UNIT_MAIN("columns", test_columns_are_as_wide_as_they_need, test_texts_are_cut_to_fit_the_width,
          test_many_rows_and_too_many_columns)
