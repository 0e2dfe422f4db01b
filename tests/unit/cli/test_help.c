/* test_help.c: what list and help say, word for word, and what they say to a name that is not there. */
#include "runner/cli/help.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct text text;
static struct error error;

static void begin(void)
{
    text_clear(&text);
    error_clear(&error);
}

START_TEST(test_list_shows_every_component_by_kind)
{
    begin();
    ck_ok(help_format_list(NULL, 60, &text, &error), error);
    ck_assert_str_eq(text_string(&text), "runs\n"
                                         "  ExampleConfig  A whole config of examples.\n"
                                         "\n"
                                         "transforms\n"
                                         "  Empty          Has no field.\n"
                                         "  Example        Holds a field of every type.\n");
    begin();
    ck_ok(help_format_list("transform", 60, &text, &error), error);
    ck_assert_ptr_null(strstr(text_string(&text), "ExampleConfig"));
    begin();
    ck_assert(!help_format_list("transfroms", 60, &text, &error));
    ck_assert_str_eq(error.message, "no kind of component is called 'transfroms' (did you mean 'transforms'?)");
}
END_TEST

START_TEST(test_help_of_a_component_shows_its_keys_within_the_width)
{
    begin();
    ck_ok(help_format("Example", 40, &text, &error), error);
    const char *expected = "Example (transform)\n"
                           "\n"
                           "  Example(flag, number=3,\n"
                           "          large=9007199254740993,\n"
                           "          amount_of_it=1e-5,\n"
                           "          title=\"a: b\", subtitle=null,\n"
                           "          direction=top-right,\n"
                           "          maybe_integer=null,\n"
                           "          maybe_number=0.5,\n"
                           "          maybe_flag=null,\n"
                           "          integers=[1, 2], numbers=[],\n"
                           "          strings=[a, b], share=1.0,\n"
                           "          inner=Empty, maybe_inner=null,\n"
                           "          others=[Empty])\n"
                           "\n"
                           "  Holds a field of every type. Its\n"
                           "  second sentence.\n"
                           "\n"
                           "keys\n"
                           "  flag: true or false; required\n"
                           "      Whether.\n"
                           "  number: integer in [0, 10]; default 3\n"
                           "      How many.\n";
    ck_assert_msg(strncmp(text_string(&text), expected, strlen(expected)) == 0, "%s", text_string(&text));
    ck_assert_ptr_nonnull(strstr(text_string(&text), "\nexample\n  type: Example\n  flag: true\n"));
    for (const char *line = text_string(&text); *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_uint_le(strcspn(line, "\n"), 40);
}
END_TEST

START_TEST(test_help_of_a_key_shows_its_choices_and_components)
{
    begin();
    ck_ok(help_format("Example.direction", 80, &text, &error), error);
    ck_assert_str_eq(text_string(&text), "Example.direction\n"
                                         "\n"
                                         "  direction: left or top-right; default top-right\n"
                                         "      Which way.\n"
                                         "      left: Against the reading.\n"
                                         "      top-right: up and away.\n");
    begin();
    ck_ok(help_format("example", 80, &text, &error), error);
    ck_assert_str_eq(text_string(&text), "ExampleConfig.example\n"
                                         "\n"
                                         "  example: transform; required\n"
                                         "      What is tried.\n"
                                         "\n"
                                         "transforms\n"
                                         "  Empty, Example\n");
}
END_TEST

START_TEST(test_paragraphs_stay_apart)
{
    begin();
    ck_ok(help_format("Empty", 80, &text, &error), error);
    ck_assert_str_eq(text_string(&text), "Empty (transform)\n"
                                         "\n"
                                         "  Empty()\n"
                                         "\n"
                                         "  Has no field.\n"
                                         "\n"
                                         "  And a second paragraph.\n"
                                         "\n"
                                         "example\n"
                                         "  type: Empty\n");
}
END_TEST

START_TEST(test_colours_are_for_headings_and_names)
{
    begin();
    help_color("SGD (optimizer)\n\n  Goes down: slowly.\n  lr: number\n      lr: not this\n  SGD  a name\n  ends",
               &text);
    ck_assert_str_eq(text_string(&text), "\033[1mSGD (optimizer)\033[0m\n"
                                         "\n"
                                         "  Goes down: slowly.\n"
                                         "  \033[36mlr\033[0m: number\n"
                                         "      lr: not this\n"
                                         "  \033[36mSGD\033[0m  a name\n"
                                         "  ends");
    text_clear(&text);
    help_color("lrun verb FILE\n\nSome words.\n  --key=x  sets\n  --key FILE  reads\noptions\n  two words  of a list\n",
               &text);
    ck_assert_str_eq(text_string(&text), "\033[1mlrun verb FILE\033[0m\n"
                                         "\n"
                                         "Some words.\n"
                                         "  \033[36m--key=x\033[0m  sets\n"
                                         "  \033[36m--key\033[0m FILE  reads\n"
                                         "\033[1moptions\033[0m\n"
                                         "  \033[36mtwo words\033[0m  of a list\n");
    text_finish(&text);
}
END_TEST

START_TEST(test_unknown_names_are_guessed)
{
    static const struct {
        const char *name;
        const char *message;
    } cases[] = {
        {"Exampel", "no component is called 'Exampel' (did you mean 'Example'?)"},
        {"Nothing", "no component is called 'Nothing'"},
        {"Example.nubmer", "Example has no key 'nubmer' (did you mean 'number'?)"},
        {"Nothing.number", "no component is called 'Nothing'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        ck_assert(!help_format(cases[i].name, 80, &text, &error));
        ck_assert_str_eq(error.message, cases[i].message);
        ck_assert_int_eq(error.code, ERROR_CONFIG);
    }
    begin();
    ck_assert(!help_format_schema("Exampel", &text, &error));
    text_finish(&text);
}
END_TEST

UNIT_MAIN("help", test_list_shows_every_component_by_kind, test_help_of_a_component_shows_its_keys_within_the_width,
          test_help_of_a_key_shows_its_choices_and_components, test_paragraphs_stay_apart,
          test_colours_are_for_headings_and_names, test_unknown_names_are_guessed)
