/* test_values.c: how overrides with several values are taken apart, multiplied, drawn from, and pointed back at. */
#include "runner/sweep/values.h"

#include <math.h>
#include <string.h>

#include "tests/unit/unit.h"

static struct arena arena;
static struct problems problems;
static struct sweep_values values;

static void parse(const char *first, const char *second)
{
    static const char *arguments[2];
    arguments[0] = first;
    arguments[1] = second;
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    values_parse(&values, NULL, arguments, second != NULL ? 2 : 1, &problems);
}

/* The choices of the only key, with bars between them. */
static const char *choices_of(const char *argument)
{
    static char joined[256];
    parse(argument, NULL);
    ck_assert_uint_eq(problems.count, 0);
    joined[0] = '\0';
    for (size_t i = 0; values.count == 1 && i < values.keys[0].choice_count; i++) {
        strcat(joined, i > 0 ? "|" : "");
        strcat(joined, values.keys[0].choices[i]);
    }
    return values.count == 1 ? joined : "none";
}

START_TEST(test_values_are_parted_at_commas)
{
    ck_assert_str_eq(choices_of("--optimizer.lr=1e-2,1e-3"), "1e-2|1e-3");
    ck_assert_str_eq(choices_of("--optimizer.lr=1, 2 ,3"), "1|2|3");
    ck_assert_str_eq(values.keys[0].path, "optimizer.lr");
    ck_assert_str_eq(choices_of("--data.root=a=b,c"), "a=b|c");
}
END_TEST

START_TEST(test_values_keep_the_commas_of_lists_and_mappings)
{
    ck_assert_str_eq(choices_of("--size=[64,64],[96, 96]"), "[64,64]|[96, 96]");
    ck_assert_str_eq(choices_of("--model={type: SSD, backbone: {type: X, width: 2}},SSD"),
                     "{type: SSD, backbone: {type: X, width: 2}}|SSD");
    ck_assert_str_eq(choices_of("--classes=['a]',b],[c]"), "['a]',b]|[c]");
    ck_assert_str_eq(choices_of("--size=[64,64]"), "none");
    ck_assert_str_eq(choices_of("--size=[64,64"), "none");
    ck_assert_str_eq(choices_of("--size=1],2"), "1]|2");
}
END_TEST

START_TEST(test_values_keep_the_commas_in_quotes_and_lose_the_quotes)
{
    ck_assert_str_eq(choices_of("--data.root='a,b',c"), "a,b|c");
    ck_assert_str_eq(choices_of("--data.root=\"a,b\""), "a,b");
    ck_assert_str_eq(choices_of("--data.root=\"a\\\",b\",c"), "a\\\",b|c");
    ck_assert_str_eq(choices_of("--data.root=it's,ok"), "it's|ok");
    ck_assert_str_eq(choices_of("--data.root='',x"), "|x");
    ck_assert_str_eq(choices_of("--data.root='a,b"), "none");
}
END_TEST

START_TEST(test_values_without_a_comma_are_passed_on)
{
    ck_assert_str_eq(choices_of("--data.root='a'"), "none");
    ck_assert_str_eq(choices_of("--trainer.fast_dev_run"), "none");
    parse("--optimizer.lr", "1,2");
    ck_assert_uint_eq(values.count, 1);
    ck_assert_uint_eq(values.keys[0].argument, 1);
    ck_assert_uint_eq(values.keys[0].offset, 0);
    parse("--trainer.fast_dev_run", "--optimizer.lr=1,2");
    ck_assert_uint_eq(values.count, 1);
    ck_assert_uint_eq(values.keys[0].argument, 1);
}
END_TEST

START_TEST(test_values_miss_an_empty_choice)
{
    parse("--optimizer.lr=1,,2", NULL);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "optimizer.lr: a choice is missing here");
    ck_assert_str_eq(problems.items[0].hint, "write null for nothing, '' for an empty text");
    ck_assert_int_eq(problems.items[0].span.mark.column, 18);
    parse("--optimizer.lr=1,", NULL);
    ck_assert_uint_eq(problems.count, 1);
}
END_TEST

static const char *place(size_t index)
{
    const char **arguments = values_place(&values, values_choose(&values, index, &arena), &arena);
    return arena_format(&arena, "%s %s", arguments[0], arguments[1] != NULL ? arguments[1] : "");
}

START_TEST(test_values_multiply_the_last_key_fastest)
{
    parse("--optimizer.lr=1,2", "--data.size=[1,1],[2,2],[3,3]");
    ck_assert_uint_eq(values_count(&values), 6);
    ck_assert_str_eq(place(0), "--optimizer.lr=1 --data.size=[1,1]");
    ck_assert_str_eq(place(1), "--optimizer.lr=1 --data.size=[2,2]");
    ck_assert_str_eq(place(5), "--optimizer.lr=2 --data.size=[3,3]");
}
END_TEST

START_TEST(test_values_count_no_further_than_the_limit)
{
    const char *arguments[20];
    for (size_t i = 0; i < 20; i++)
        arguments[i] = "--a=1,2,3,4,5,6,7,8,9,10";
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    values_parse(&values, NULL, arguments, 20, &problems);
    ck_assert_uint_eq(values_count(&values), SWEEP_RUNS_MAX + 1);
    values.count = 4;
    ck_assert_uint_eq(values_count(&values), 10000);
}
END_TEST

START_TEST(test_values_point_back_at_the_users_argument)
{
    size_t key;
    parse("--data.root", "'a', bad");
    const char **texts = values_choose(&values, 1, &arena);
    struct span span = {.mark = {COMMAND_LINE, 2, 3}, .width = 1};
    span = values_map_span(&values, texts, span, &key);
    ck_assert_uint_eq(key, 0);
    ck_assert_int_eq(span.mark.column, 8);
    /* What is in the key's name, or in a file, stays. */
    span = values_map_span(&values, texts, (struct span){.mark = {COMMAND_LINE, 1, 3}, .width = 1}, &key);
    ck_assert_uint_eq(key, 1);
    ck_assert_int_eq(span.mark.column, 3);
    values_map_span(&values, texts, (struct span){.mark = {"a.yaml", 2, 3}, .width = 1}, &key);
    ck_assert_uint_eq(key, 1);
}
END_TEST

static const struct value_range *range_of(const char *argument)
{
    parse(argument, NULL);
    return values.count == 1 && values.keys[0].choice_count == 0 ? &values.keys[0].range : NULL;
}

START_TEST(test_values_read_ranges_of_numbers)
{
    const struct value_range *range = range_of("--optimizer.lr=log:1e-4..1e-1");
    ck_assert_ptr_nonnull(range);
    ck_assert(range->is_log && !range->is_integer && range->low == 1e-4 && range->high == 1e-1);
    range = range_of("--data.batch_size=4..32");
    ck_assert(range != NULL && range->is_integer && !range->is_log);
    range = range_of("--optimizer.lr=0..1");
    ck_assert(range != NULL && !range->is_integer);
    range = range_of("--trainer.limit_train_batches=0.5..1.0");
    ck_assert(range != NULL && range->is_share);
    range = range_of("--unknown.size.0=-5..5");
    ck_assert(range != NULL && range->is_integer && range->low == -5);
    /* A text may look as it likes. */
    ck_assert_ptr_null(range_of("--data.root=1..2"));
    ck_assert_ptr_null(range_of("--optimizer.lr=../x"));
    ck_assert_ptr_null(range_of("--optimizer.lr=log:1"));
}
END_TEST

START_TEST(test_values_refuse_a_range_that_is_none)
{
    parse("--optimizer.lr=2..1", NULL);
    ck_assert_str_eq(problems.items[0].message, "optimizer.lr: wanted a range from less to more, found '2..1'");
    ck_assert_str_eq(problems.items[0].hint, "write --optimizer.lr=1..10, the smaller end first");
    parse("--optimizer.lr=log:0..1", NULL);
    ck_assert_str_eq(problems.items[0].message,
                     "optimizer.lr: wanted a log range of numbers above 0, found 'log:0..1'");
    ck_assert_str_eq(problems.items[0].hint, "leave out log: to draw evenly");
    parse("--optimizer.lr=1..2", NULL);
    values_refuse_ranges(&values, &problems);
    ck_assert_str_eq(problems.items[0].message, "optimizer.lr: a range is drawn from, by --random N");
    ck_assert_str_eq(problems.items[0].hint, "or write the values: --optimizer.lr=1,2,3");
}
END_TEST

START_TEST(test_values_are_drawn_by_the_seed_alone)
{
    parse("--optimizer.lr=log:1e-4..1e-1", "--data.batch_size=4..8");
    const char **one = values_draw(&values, 7, 3, 0, &arena), **same = values_draw(&values, 7, 3, 0, &arena);
    ck_assert_str_eq(one[0], same[0]);
    ck_assert_str_eq(one[1], same[1]);
    ck_assert_str_ne(one[0], values_draw(&values, 8, 3, 0, &arena)[0]);
    ck_assert_str_ne(one[0], values_draw(&values, 7, 4, 0, &arena)[0]);
    ck_assert_str_ne(one[0], values_draw(&values, 7, 3, 1, &arena)[0]);
}
END_TEST

START_TEST(test_values_drawn_fill_their_range)
{
    size_t below = 0, ends = 0;
    parse("--optimizer.lr=log:1e-4..1e-1", "--data.batch_size=4..5");
    for (size_t i = 0; i < 2000; i++) {
        double rate, size;
        const char **texts = values_draw(&values, 0, i, 0, &arena);
        ck_assert(number_parse_double(texts[0], &rate) && rate >= 1e-4 && rate <= 1e-1);
        ck_assert(number_parse_double(texts[1], &size) && (size == 4 || size == 5));
        ck_assert_uint_le(strlen(texts[0]), 9);
        below += rate < 0.0031622776601683794; /* the middle by magnitude */
        ends += size == 5;
    }
    ck_assert(below > 900 && below < 1100);
    ck_assert(ends > 900 && ends < 1100);
}
END_TEST

START_TEST(test_values_drawn_for_an_amount_stay_a_share)
{
    parse("--trainer.limit_train_batches=0.9999..1.0", NULL);
    for (size_t i = 0; i < 50; i++)
        ck_assert_ptr_nonnull(strpbrk(values_draw(&values, 0, i, 0, &arena)[0], ".e"));
    parse("--trainer.limit_train_batches=1..3", NULL);
    ck_assert_ptr_null(strpbrk(values_draw(&values, 0, 0, 0, &arena)[0], ".e"));
}
END_TEST

START_TEST(test_values_are_not_there_twice)
{
    parse("--optimizer.lr=0.1,0.2,1e-1", "--data.root=1,1.0");
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "optimizer.lr: the choice '1e-1' is there twice");
    ck_assert_int_eq(problems.items[0].span.mark.column, 24);
}
END_TEST

START_TEST(test_values_know_where_the_last_choice_begins)
{
    ck_assert_uint_eq(values_last_choice("ab"), 0);
    ck_assert_uint_eq(values_last_choice("ab,c"), 3);
    ck_assert_uint_eq(values_last_choice("ab,"), 3);
    ck_assert_uint_eq(values_last_choice("[a,b],[c,"), 6);
}
END_TEST

START_TEST(test_values_let_go_of_everything)
{
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("sweep_values", test_values_are_parted_at_commas, test_values_keep_the_commas_of_lists_and_mappings,
          test_values_keep_the_commas_in_quotes_and_lose_the_quotes, test_values_without_a_comma_are_passed_on,
          test_values_miss_an_empty_choice, test_values_multiply_the_last_key_fastest,
          test_values_count_no_further_than_the_limit, test_values_point_back_at_the_users_argument,
          test_values_read_ranges_of_numbers, test_values_refuse_a_range_that_is_none,
          test_values_are_drawn_by_the_seed_alone, test_values_drawn_fill_their_range,
          test_values_drawn_for_an_amount_stay_a_share, test_values_are_not_there_twice,
          test_values_know_where_the_last_choice_begins, test_values_let_go_of_everything)
