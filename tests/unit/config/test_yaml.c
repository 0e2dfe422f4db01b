/* test_yaml.c: YAML text becomes nodes with places, within limits. */
#include "runner/config/yaml.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/unit/unit.h"

static struct arena arena;
static struct problems problems;

static struct config_node *parse_bytes(const char *bytes, size_t length)
{
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    return yaml_parse(&arena, bytes, length, (struct mark){"a.yaml", 1, 1}, &problems);
}

static struct config_node *parse(const char *yaml)
{
    return parse_bytes(yaml, strlen(yaml));
}

static struct config_node *parse_good(const char *yaml)
{
    struct config_node *node = parse(yaml);
    ck_assert_msg(problems.count == 0, "unexpected problem in '%s': %s", yaml,
                  problems.count > 0 ? problems.items[0].message : "");
    ck_assert_ptr_nonnull(node);
    return node;
}

/* Expects one problem, whose message holds `words`, at a place. */
static void expect_problem(const char *yaml, int line, int column, const char *words)
{
    parse(yaml);
    ck_assert_msg(problems.count == 1, "found %zu problems in '%s'", problems.count, yaml);
    struct problem problem = problems.items[0];
    ck_assert_msg(strstr(problem.message, words) != NULL, "found '%s', wanted '%s'", problem.message, words);
    ck_assert_msg(problem.span.mark.line == line && problem.span.mark.column == column,
                  "'%s': found %d:%d, wanted %d:%d", problem.message, problem.span.mark.line, problem.span.mark.column,
                  line, column);
}

/* A text of `count` repetitions between two ends; the caller frees it. */
static struct text repeated(const char *start, const char *middle, size_t count, const char *end)
{
    struct text text = TEXT_INIT;
    text_append(&text, start);
    for (size_t i = 0; i < count; i++)
        text_append(&text, middle);
    text_append(&text, end);
    return text;
}

START_TEST(test_yaml_reads_mappings_lists_and_scalars_with_places)
{
    const struct config_node *root = parse_good("lr: 1e-4\nnames:\n  - \"caf\xC3\xA9\"\n  - no\nempty:\n");
    ck_assert_int_eq(root->kind, NODE_MAP);
    ck_assert_uint_eq(root->count, 3);
    const struct config_node *lr = config_node_find(root, "lr");
    ck_assert_str_eq(lr->text, "1e-4");
    ck_assert(!lr->is_quoted);
    ck_assert_int_eq(lr->span.mark.line, 1);
    ck_assert_int_eq(lr->span.mark.column, 5);
    ck_assert_int_eq(lr->span.width, 4);
    const struct config_node *names = config_node_find(root, "names");
    ck_assert_int_eq(names->kind, NODE_LIST);
    ck_assert_str_eq(names->items[0]->text, "caf\xC3\xA9");
    ck_assert(names->items[0]->is_quoted);
    ck_assert_int_eq(names->items[0]->span.width, 7); /* bytes, with the quotes */
    ck_assert_str_eq(names->items[1]->text, "no");
    ck_assert_int_eq(config_node_find(root, "empty")->kind, NODE_NULL);
    ck_assert_int_eq(config_node_find_entry(root, "empty")->span.mark.line, 5);
}
END_TEST

START_TEST(test_yaml_counts_columns_in_bytes)
{
    const struct config_node *root = parse_good("{\xC3\xA9: \xE2\x82\xAC, b: x}");
    ck_assert_int_eq(config_node_find(root, "b")->span.mark.column, 14);
}
END_TEST

START_TEST(test_yaml_null_is_plain)
{
    const struct config_node *root = parse_good("[~, null, Null, NULL, '', \"null\", !!str null, nothing]");
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(root->items[i]->kind, NODE_NULL);
    for (size_t i = 4; i < 8; i++)
        ck_assert_int_eq(root->items[i]->kind, NODE_SCALAR);
}
END_TEST

START_TEST(test_yaml_empty_text_is_null)
{
    ck_assert_int_eq(parse_good("")->kind, NODE_NULL);
    ck_assert_int_eq(parse_good("# nothing\n")->kind, NODE_NULL);
    ck_assert_int_eq(parse_good("---\n...\n")->kind, NODE_NULL);
}
END_TEST

START_TEST(test_yaml_copies_aliases)
{
    const struct config_node *root = parse_good("a: &x {b: 1}\nc: *x\n");
    const struct config_node *copy = config_node_find(root, "c");
    ck_assert_ptr_ne(copy, config_node_find(root, "a"));
    ck_assert_str_eq(config_node_find(copy, "b")->text, "1");
    ck_assert_int_eq(copy->span.mark.line, 1);
    const struct config_node *node = parse_good("&key a: 1\nb: *key\n");
    ck_assert_str_eq(config_node_find(node, "b")->text, "a");
}
END_TEST

START_TEST(test_yaml_uses_the_newest_anchor_of_a_name)
{
    ck_assert_str_eq(config_node_find(parse_good("a: &x 1\nb: &x 2\nc: *x\n"), "c")->text, "2");
}
END_TEST

START_TEST(test_yaml_merges_mappings)
{
    const struct config_node *root = parse_good("base: &b {lr: 1, m: 2}\nmore: &m {lr: 7, n: 3}\n"
                                                "one: {<<: *b, lr: 5}\ntwo: {lr: 5, <<: [*m, *b]}\nthree: {'<<': x}\n");
    const struct config_node *one = config_node_find(root, "one");
    ck_assert_str_eq(config_node_find(one, "lr")->text, "5");
    ck_assert_str_eq(config_node_find(one, "m")->text, "2");
    const struct config_node *two = config_node_find(root, "two");
    ck_assert_uint_eq(two->count, 3);
    ck_assert_str_eq(config_node_find(two, "lr")->text, "5");
    ck_assert_str_eq(config_node_find(two, "n")->text, "3");
    ck_assert_str_eq(config_node_find(config_node_find(root, "three"), "<<")->text, "x");
    expect_problem("a: {<<: 3}", 1, 5, "'<<' wants a mapping");
}
END_TEST

START_TEST(test_yaml_refuses_what_is_no_config)
{
    expect_problem("a: 1\nb: 2\na: 3\n", 3, 1, "'a' is given twice");
    expect_problem("a: 1\n---\nb: 1\n", 2, 1, "second document");
    expect_problem("a: !include x\n", 1, 4, "tag '!include'");
    expect_problem("a: *x\n", 1, 4, "no anchor is called 'x'");
    expect_problem("a: &x [*x]\n", 1, 8, "stands inside what it stands for");
    expect_problem("? [a]\n: b\n", 1, 3, "a key must be a word");
    expect_problem("a: \"x\\0y\"\n", 1, 4, "character 0");
    expect_problem("a: b: c\n", 1, 5, "':' stands where no key can be");
    expect_problem("a: [1, 2\nb: 3\n", 1, 4, "not closed");
    expect_problem("a: @x\n", 1, 4, "cannot start");
    expect_problem("a:\n\tb: 1\n", 2, 1, "a tab in");
    expect_problem("a: 'x\n", 1, 4, "quote is not closed");
}
END_TEST

START_TEST(test_yaml_refuses_what_is_not_clean_utf8)
{
    expect_problem("a: \xFF\n", 1, 4, "byte 0xFF is not UTF-8");
    expect_problem("a: \xC0\x80\n", 1, 4, "not UTF-8");
    expect_problem("a: \xED\xA0\x80\n", 1, 4, "not UTF-8");
    expect_problem("\xFF\xFE"
                   "a",
                   1, 1, "UTF-16");
    expect_problem("a: x\ry\n", 1, 5, "carriage return");
    expect_problem("# caf\xC3\xA9 \xE2\x80\xA8\n", 1, 9, "line break");
    expect_problem("a:\n  b: \x1B[31m\n", 2, 6, "control character");
    parse_bytes("a: \0b", 5);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_int_eq(problems.items[0].span.mark.column, 4);
    parse_good("a: 1\r\nb: 2\r\n");
}
END_TEST

START_TEST(test_yaml_finds_every_duplicate)
{
    const struct config_node *root = parse("a: 1\na: 2\nb: {c: 1, c: 2}\n");
    ck_assert_uint_eq(problems.count, 2);
    ck_assert_str_eq(config_node_find(root, "a")->text, "1");
}
END_TEST

/* Parses within 0.2 s (a sanitizer is slow) and expects one problem that holds `words`; NULL: none. */
static void expect_quickly(struct text text, const char *words)
{
    clock_t start = clock();
    parse_bytes(text.data, text.length);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    ck_assert_uint_eq(problems.count, words != NULL);
    if (words != NULL)
        ck_assert_msg(strstr(problems.items[0].message, words) != NULL, "%s", problems.items[0].message);
    ck_assert_msg(seconds < 1.0, "took %.3f s", seconds);
    text_finish(&text);
}

START_TEST(test_yaml_limits_hostile_texts)
{
    expect_quickly(repeated("a: ", "[", 1000000, ""), "deeper than 64");
    expect_quickly(repeated("a: ", "{a: ", 250000, ""), "deeper than 64");
    expect_quickly(repeated("", "- ", 500000, "x"), "deeper than 64");
    expect_quickly(repeated("", "? ", 500000, "x"), "a key must be a word");
    expect_quickly(repeated("[", "[],", 330000, "]"), "more than 100000 values");
    expect_quickly(repeated("- x", "\n- x", 99998, "\n"), NULL);
    expect_quickly(repeated("- x", "\n- x", 200000, "\n"), "more than 100000 values");
    expect_quickly(repeated("a: '", "x", 65536, "'"), NULL);
    expect_quickly(repeated("a: '", "x", 65537, "'"), "a text of 65537 bytes, wanted at most 65536");
    expect_quickly(repeated("a: ", "x", 1000000, ""), "wanted at most 65536");
    expect_quickly(repeated("a: &x [1,2,3]\nb: [", "*x,", 2500, "]"), NULL);
    expect_quickly(repeated("a: &x [1,2,3]\nb: [", "*x,", 2501, "]"), "more than 10000 values");
    expect_quickly(repeated("[", "&x 1,", 1001, "]"), "more than 1000 anchors");
    expect_quickly(repeated("", "%TAG !a! !b\n", 80000, "--- x"), "more than 16 lines start with '%'");
    expect_quickly(repeated("", "\n", 1000000, ""), NULL);
    expect_quickly(repeated("", "a b c ", 160000, ""), "wanted at most 65536");
}
END_TEST

START_TEST(test_yaml_limits_keys)
{
    struct text text = TEXT_INIT;
    for (int i = 0; i < 100000; i++)
        text_format(&text, "k%d: 1\n", i);
    expect_quickly(text, "more than 1000 keys in a mapping");
}
END_TEST

START_TEST(test_yaml_expands_doubling_aliases_within_a_budget)
{
    struct text text = TEXT_INIT;
    text_append(&text, "a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++)
        text_format(&text, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    expect_quickly(text, "more than 10000 values");
}
END_TEST

START_TEST(test_yaml_formats_what_parses_to_the_same)
{
    static const char *const texts[] = {
        "a: 1",
        "a: 'no'",
        "a: ''",
        "a: ~",
        "[]",
        "{}",
        "a: []",
        "a: {}",
        "a: [x, 'y: z', \"q\\nr\", '# s']",
        "a: \" lead\"",
        "a: \"trail \"",
        "a: '- x'",
        "a: '*x'",
        "a: \"\\t\\e\\u2028\"",
        "a: 'it''s'",
        "'<<': 1",
        "a:\n- b: 1\n  c: [1, 2]\n- d\n",
        "'': 1",
        "'a b': 1",
        "a: \"x\\n\\n y\\n\"",
        "a: '%'",
        "a: 'x,y]'",
        "a: \"\xC3\xA9\xF0\x9F\x98\x80\"",
        "[[1, 2], [3, [4]]]",
        "a: 'null'",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text first = TEXT_INIT;
        struct text second = TEXT_INIT;
        config_node_format(parse_good(texts[i]), &first);
        config_node_format(parse_good(text_string(&first)), &second);
        ck_assert_str_eq(text_string(&first), text_string(&second));
        text_finish(&first);
        text_finish(&second);
    }
}
END_TEST

START_TEST(test_yaml_formats_long_texts_on_one_line)
{
    struct text text = repeated("a: ", "word ", 100, "end");
    struct text again = TEXT_INIT;
    config_node_format(parse_good(text.data), &again);
    text_append_char(&text, '\n');
    ck_assert_str_eq(again.data, text.data);
    text_finish(&text);
    text_finish(&again);
}
END_TEST

UNIT_MAIN("yaml", test_yaml_reads_mappings_lists_and_scalars_with_places, test_yaml_counts_columns_in_bytes,
          test_yaml_null_is_plain, test_yaml_empty_text_is_null, test_yaml_copies_aliases,
          test_yaml_uses_the_newest_anchor_of_a_name, test_yaml_merges_mappings, test_yaml_refuses_what_is_no_config,
          test_yaml_refuses_what_is_not_clean_utf8, test_yaml_finds_every_duplicate, test_yaml_limits_hostile_texts,
          test_yaml_limits_keys, test_yaml_expands_doubling_aliases_within_a_budget,
          test_yaml_formats_what_parses_to_the_same, test_yaml_formats_long_texts_on_one_line)
