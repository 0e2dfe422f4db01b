/* test_report.c: problems as text: order, windows of long lines, tabs, colour, wrapping. */
#include "runner/config/report.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct arena arena;
static struct problems problems;
static struct sources sources;

static void begin(const char *yaml)
{
    arena_finish(&arena);
    problems = (struct problems){.arena = &arena};
    sources = (struct sources){.count = 0};
    sources_add(&sources, &arena, (struct source){.name = "a.yaml", .text = yaml, .length = strlen(yaml)});
}

static void add(int line, int column, int width)
{
    problem_add(&problems, (struct span){.mark = {"a.yaml", line, column}, .width = width}, "bad");
}

static void expect(struct report_style style, const char *expected)
{
    struct text text = TEXT_INIT;
    report_problems(&sources, &problems, &style, &text);
    ck_assert_str_eq(text_string(&text), expected);
    text_finish(&text);
}

START_TEST(test_report_shows_the_line_and_a_caret)
{
    begin("a: 1\nb: x\tyz\r\n");
    add(2, 6, 2);
    expect((struct report_style){.width = 80}, "a.yaml:2:6: error: bad\n    2 | b: x    yz\n      |         ^~\n");
}
END_TEST

START_TEST(test_report_cuts_long_lines_around_the_caret)
{
    char line[400];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    for (int column = 1; column < 400; column++) {
        begin(line);
        add(1, column, column % 7 + 1);
        struct report_style style = {.width = 60};
        struct text text = TEXT_INIT;
        report_problems(&sources, &problems, &style, &text);
        char *rest = text.data;
        for (char *row = strsep(&rest, "\n"); row != NULL; row = strsep(&rest, "\n"))
            ck_assert_uint_le(strlen(row), 62);
        text_finish(&text);
    }
}
END_TEST

START_TEST(test_report_points_behind_the_end_of_a_line)
{
    begin("a:");
    add(1, 3, 1);
    add(9, 1, 1);
    expect((struct report_style){.width = 80},
           "a.yaml:1:3: error: bad\n    1 | a:\n      |   ^\na.yaml:9:1: error: bad\n    9 | \n      | ^\n");
}
END_TEST

START_TEST(test_report_wraps_hints)
{
    begin("a");
    add(1, 1, 1);
    problem_hint(&problems, "one two three four five six seven eight nine ten");
    expect((struct report_style){.width = 40}, "a.yaml:1:1: error: bad\n    1 | a\n      | ^\n"
                                               "        one two three four five six\n"
                                               "        seven eight nine ten\n");
}
END_TEST

START_TEST(test_report_colors_only_when_asked)
{
    begin("a");
    add(1, 1, 1);
    expect((struct report_style){.width = 80, .color = true},
           "\033[1ma.yaml:1:1: \033[0m\033[1;31merror: \033[0mbad\n    1 | a\n      | \033[1;32m^\033[0m\n");
}
END_TEST

START_TEST(test_report_orders_files_then_the_command_line_then_nowhere)
{
    begin("a\nb");
    static const char *const arguments[] = {"--x=1"};
    sources.arguments = arguments;
    sources.argument_count = 1;
    problem_add(&problems, (struct span){.width = 0}, "fourth");
    problem_add(&problems, (struct span){.mark = {COMMAND_LINE, 1, 3}, .width = 1}, "third");
    problem_add(&problems, (struct span){.mark = {"a.yaml", 2, 1}, .width = 1}, "second");
    problem_add(&problems, (struct span){.mark = {"a.yaml", 1, 1}, .width = 1}, "first");
    problems_sort(&problems, &sources);
    expect((struct report_style){.width = 80},
           "a.yaml:1:1: error: first\n    1 | a\n      | ^\na.yaml:2:1: error: second\n    2 | b\n      | ^\n"
           "command line: error: third\n        --x=1\n          ^\nerror: fourth\n");
}
END_TEST

START_TEST(test_report_shows_an_error_with_its_place)
{
    begin("model: SSD");
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_CONFIG, "no");
    error_hint(&error, "do");
    error_mark(&error, (struct mark){"a.yaml", 1, 8});
    struct text text = TEXT_INIT;
    report_error(&sources, &error, &(struct report_style){.width = 80}, &text);
    ck_assert_str_eq(text_string(&text), "a.yaml:1:8: error: no\n    1 | model: SSD\n      |        ^\n        do\n");
    text_finish(&text);
}
END_TEST

START_TEST(test_report_quotes_what_a_terminal_would_obey)
{
    begin("");
    ck_assert_str_eq(problem_quote(&problems, "a\033[31m\n"), "'a\\x1B[31m\\n'");
    ck_assert_str_eq(problem_quote(&problems, "\xC2\x9B"
                                              "31m\xE2\x80\xAE\xC3\xA9\xE2\x80\xA8"),
                     "'\\x9B31m\\u202E\xC3\xA9\\u2028'");
    begin("a: \xE2\x80\xAE"
          "b");
    add(1, 4, 3);
    expect((struct report_style){.width = 80}, "a.yaml:1:4: error: bad\n    1 | a: .b\n      |    ^\n");
}
END_TEST

START_TEST(test_report_as_json_is_an_object_per_line)
{
    begin("model: SSD");
    struct text text = TEXT_INIT;
    problem_add(&problems, (struct span){.mark = {"a.yaml", 1, 8}, .width = 3}, "a \"word\" and \xFF");
    problem_hint(&problems, "do");
    problem_add(&problems, (struct span){.width = 0}, "nowhere");
    report_problems(&sources, &problems, &(struct report_style){.width = 80, .is_json = true}, &text);
    ck_assert_str_eq(text_string(&text),
                     "{\"severity\":\"error\",\"status\":2,\"file\":\"a.yaml\",\"line\":1,\"column\":8,\"width\":3,"
                     "\"argument\":null,\"message\":\"a \\\"word\\\" and ?\",\"hint\":\"do\",\"related\":[]}\n"
                     "{\"severity\":\"error\",\"status\":2,\"file\":null,\"line\":null,\"column\":null,\"width\":null,"
                     "\"argument\":null,\"message\":\"nowhere\",\"hint\":null,\"related\":[]}\n");
    text_finish(&text);
}
END_TEST

START_TEST(test_report_counts_what_it_leaves_out)
{
    begin("a");
    for (int i = 0; i < 103; i++)
        add(1, 1, 1);
    struct text text = TEXT_INIT;
    report_problems(&sources, &problems, &(struct report_style){.width = 80}, &text);
    const char *end = "... and 3 more problems\n";
    ck_assert_str_eq(text_string(&text) + text.length - strlen(end), end);
    text_finish(&text);
}
END_TEST

UNIT_MAIN("report", test_report_counts_what_it_leaves_out, test_report_as_json_is_an_object_per_line,
          test_report_shows_the_line_and_a_caret, test_report_cuts_long_lines_around_the_caret,
          test_report_points_behind_the_end_of_a_line, test_report_wraps_hints, test_report_colors_only_when_asked,
          test_report_orders_files_then_the_command_line_then_nowhere, test_report_shows_an_error_with_its_place,
          test_report_quotes_what_a_terminal_would_obey)
