/* test_verb.c: the table of verbs is whole, verbs are found by their words, and what help says of them comes from it. */
#include "runner/cli/verb.h"

#include <string.h>

#include "tests/unit/unit.h"

static void check_options(const struct verb_option *options)
{
    for (const struct verb_option *option = options; option != NULL && option->name != NULL; option++) {
        ck_assert_msg(strncmp(option->name, "--", 2) != 0, "--%s is named with its dashes", option->name);
        ck_assert_msg(option->documentation != NULL && option->documentation[0] != '\0', "--%s", option->name);
        ck_assert_msg(option->kind == ARGUMENT_TEXT || option->placeholder != NULL, "--%s has no value", option->name);
        ck_assert_msg((option->kind == ARGUMENT_CHOICE) ==
                          (option->placeholder != NULL && strchr(option->placeholder, '|') != NULL),
                      "--%s: only choices are written with '|'", option->name);
    }
}

static void check_operands(const struct verb *verb)
{
    ck_assert_ptr_null(verb->operands[VERB_OPERANDS_MAX].placeholder);
    for (const struct verb_operand *operand = verb->operands; operand->placeholder != NULL; operand++) {
        bool repeats = strstr(operand->placeholder, "...") != NULL;
        ck_assert_msg(!repeats || operand[1].placeholder == NULL || operand[2].placeholder == NULL,
                      "%s: one may follow what repeats", verb->name);
    }
}

START_TEST(test_every_verb_says_what_it_takes)
{
    check_options(program_options);
    for (const struct verb *verb = verbs; verb->name != NULL; verb++) {
        ck_assert_ptr_eq(verb_find(verb->name), verb);
        ck_assert_msg(verb->run != NULL && verb->details != NULL && verb->summary != NULL, "%s", verb->name);
        for (const char *line = verb->details; *line != '\0'; line += strcspn(line, "\n") + 1)
            ck_assert_msg(strcspn(line, "\n") <= 80, "%s: too wide: %s", verb->name, line);
        ck_assert_msg(verb->details[0] == '\0' || verb->details[strlen(verb->details) - 1] == '\n', "%s", verb->name);
        check_options(verb->options);
        check_operands(verb);
    }
}
END_TEST

START_TEST(test_a_verb_is_found_by_its_words)
{
    static const char *const words[] = {"check", "a.yaml"};
    int taken = -1;
    ck_assert_ptr_eq(verb_match(words, 2, &taken), verb_find("check"));
    ck_assert_int_eq(taken, 1);
    ck_assert_ptr_null(verb_match(words + 1, 1, &taken));
    ck_assert_int_eq(taken, 0);
    ck_assert_ptr_null(verb_match(words, 0, &taken));
    ck_assert_ptr_null(verb_find("chec"));
}
END_TEST

START_TEST(test_a_verb_of_two_words_is_a_part_of_the_first)
{
    static const char *const words[] = {"config", "show", "a.yaml"};
    const struct verb *config = verb_find("config"), *show = verb_find("config show");
    int taken = -1;
    ck_assert_ptr_eq(verb_match(words, 3, &taken), show);
    ck_assert_int_eq(taken, 2);
    ck_assert_ptr_eq(verb_next_part(config, NULL), show);
    ck_assert_str_eq(verb_part_name(config, show), "show");
    ck_assert_ptr_null(verb_next_part(show, NULL));
    struct text text = TEXT_INIT;
    verb_format_help(config, 80, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "\n  lrun config show "));
    text_finish(&text);
}
END_TEST

START_TEST(test_options_of_a_verb_are_parsed_by_its_table)
{
    static const char *const arguments[] = {"a.yaml", "--pictures=3", "--model.x", "--print_config"};
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct arguments split;
    struct option *options = verb_options(verb_find("predict"), &arena);
    ck_ok(arguments_split(arguments, 4, options, &arena, &split, &error), error);
    ck_assert_str_eq(option_value(options, "pictures"), "3");
    ck_assert_str_eq(option_value(options, "print_config"), "");
    ck_assert_ptr_null(option_value(options, "output"));
    ck_assert_uint_eq(split.other_count, 1);
    ck_assert_ptr_null(verb_options(verb_find("list"), &arena)->name);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_help_of_a_verb_shows_its_options_within_the_width)
{
    struct text text = TEXT_INIT;
    verb_format_help(verb_find("scenes"), 60, &text);
    ck_assert_str_eq(text_string(&text), "lrun scenes FILE.tar [OPTION]...\n"
                                         "  draws a small detection dataset as a PASCAL VOC archive\n"
                                         "\n"
                                         "options\n"
                                         "  --images N          how many scenes to draw (500)\n"
                                         "  --width PIXELS      width of a scene (240)\n"
                                         "  --height PIXELS     height of a scene (180)\n"
                                         "  --seed N            another seed draws other scenes (0)\n");
    text_clear(&text);
    verb_format_help(verb_find("score"), 50, &text);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "  --difficult crowd|all|drop\n"
                                                     "                      how objects that VOC marks\n"
                                                     "                      difficult enter COCO's\n"
                                                     "                      numbers\n"));
    text_clear(&text);
    verb_format_usage(verb_find("fit"), &text);
    ck_assert_str_eq(text_string(&text), "CONFIG... [OPTION]... [--key=value]...");
    text_finish(&text);
}
END_TEST

START_TEST(test_help_of_the_program_shows_verbs_and_exit_statuses)
{
    struct text text = TEXT_INIT;
    verbs_format_help(80, &text);
    for (const char *line = text_string(&text); *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_uint_le(strcspn(line, "\n"), 80);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "\n  lrun check "));
    ck_assert_ptr_nonnull(strstr(text_string(&text), " checks everything without training"));
    ck_assert_ptr_null(strstr(text_string(&text), "\n  lrun complete ")); /* hidden */
    ck_assert_ptr_nonnull(strstr(text_string(&text), "\nExit status: 0 done, 1 run failed, 2 config or"));
    text_finish(&text);
}
END_TEST

UNIT_MAIN("verb", test_every_verb_says_what_it_takes, test_a_verb_is_found_by_its_words,
          test_a_verb_of_two_words_is_a_part_of_the_first, test_options_of_a_verb_are_parsed_by_its_table,
          test_help_of_a_verb_shows_its_options_within_the_width,
          test_help_of_the_program_shows_verbs_and_exit_statuses)
