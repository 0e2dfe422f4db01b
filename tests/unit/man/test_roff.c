/* test_roff.c: words in man pages stay what they are, and help becomes paragraphs, items and examples. */
#include "runner/man/roff.h"

#include "tests/unit/unit.h"

static void check_help(const char *help, const char *expected)
{
    struct text page = TEXT_INIT;
    roff_help(&page, help);
    ck_assert_str_eq(text_string(&page), expected);
    text_finish(&page);
}

START_TEST(test_nothing_in_words_is_a_command)
{
    struct text page = TEXT_INIT;
    roff_paragraph(&page, ".SH \\fBno\\fR\n'x' --key ~ ^ ` \"q\" \xC3\x97");
    ck_assert_str_eq(text_string(&page), ".PP\n\\&.SH \\efBno\\efR\n\\(aqx\\(aq \\-\\-key \\(ti \\(ha \\(ga "
                                         "\\(dqq\\(dq \\[u00D7]\n");
    text_finish(&page);
}
END_TEST

START_TEST(test_sentences_and_paragraphs_are_lines)
{
    struct text page = TEXT_INIT;
    roff_heading(&page, "A HEADING");
    roff_paragraph(&page, "One. Two, e.g. this: three.\n\nAnother.");
    roff_item(&page, "tag", "One.\n\nTwo.");
    ck_assert_str_eq(text_string(&page), ".SH \"A HEADING\"\nOne.\nTwo, e.g. this:\nthree.\n.PP\nAnother.\n"
                                         ".TP\n.B \"tag\"\nOne.\n.IP\nTwo.\n");
    text_finish(&page);
}
END_TEST

START_TEST(test_lines_of_help_become_paragraphs_items_and_examples)
{
    check_help("Some words\nthat go on:\n  lrun a\n    lrun b\n\nMore.\n",
               ".PP\nSome words that go on:\n.PP\n.RS 2\n.EX\nlrun a\n  lrun b\n.EE\n.nh\n.RE\n.PP\nMore.\n");
    check_help("  crowd  as crowds\n         of them\n  a b    two\nEnd",
               ".TP\n.B \"crowd\"\nas crowds of them\n.TP\n.B \"a b\"\ntwo\n.PP\nEnd\n");
    check_help("", "");
    check_help("\n\n", "");
}
END_TEST

UNIT_MAIN("roff", test_nothing_in_words_is_a_command, test_sentences_and_paragraphs_are_lines,
          test_lines_of_help_become_paragraphs_items_and_examples)
