/* test_utf8.c: characters of UTF-8: what is one, how many there are, what can be shown. */
#include "engine/base/utf8.h"

#include <string.h>

#include "tests/unit/unit.h"

static void check_character(const char *bytes, size_t length, uint32_t code)
{
    uint32_t found = 0;
    ck_assert_uint_eq(utf8_decode(bytes, strlen(bytes), &found), length);
    if (length > 0)
        ck_assert_uint_eq(found, code);
}

START_TEST(test_characters_are_decoded_and_bad_ones_refused)
{
    check_character("a", 1, 'a');
    check_character("\xC3\xB6", 2, 0xF6);
    check_character("\xE2\xA0\x81", 3, 0x2801);
    check_character("\xF0\x9F\x98\x80", 4, 0x1F600);
    check_character("\xC3", 0, 0);
    check_character("\x80", 0, 0);
    check_character("\xC0\xAF", 0, 0);         /* longer than need be */
    check_character("\xE0\x80\xAF", 0, 0);     /* so too */
    check_character("\xED\xA0\x80", 0, 0);     /* half of a pair of UTF-16 */
    check_character("\xF4\x90\x80\x80", 0, 0); /* beyond the last one */
}
END_TEST

START_TEST(test_characters_are_counted)
{
    ck_assert_uint_eq(utf8_count(""), 0);
    ck_assert_uint_eq(utf8_count("größe"), 5);
}
END_TEST

START_TEST(test_what_cannot_be_shown_is_a_question_mark)
{
    struct text text = TEXT_INIT;
    utf8_append_printable(&text, "a\nb\x1B[0m \xFF\xC3 ö \xC2\x85");
    ck_assert_str_eq(text_string(&text), "a?b?[0m ?? ö ?");
    text_finish(&text);
}
END_TEST

UNIT_MAIN("utf8", test_characters_are_decoded_and_bad_ones_refused, test_characters_are_counted,
          test_what_cannot_be_shown_is_a_question_mark)
