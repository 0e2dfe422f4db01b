/* test_line.c: a command line that is being typed comes apart as bash takes it apart. */
#include "runner/completion/line.h"

#include "engine/base/text.h"
#include "tests/unit/unit.h"

#define BREAKS " \t\n\"'><=;|&(:"

/* The words between brackets, and how much of the last is another word to bash. */
static const struct {
    const char *text;
    const char *words;
    size_t skipped;
} cases[] = {
    {"", "[]", 0},
    {"lrun", "[lrun]", 0},
    {"lrun ", "[lrun][]", 0},
    {"  lrun\t a.yaml", "[lrun][a.yaml]", 0},
    {"lrun --a=b=c", "[lrun][--a=b=c]", 6},
    {"lrun --a=", "[lrun][--a=]", 4},
    {"lrun http://x", "[lrun][http://x]", 5},
    {"lrun --a=x b", "[lrun][--a=x][b]", 0},
    {"lrun my\\ config.yaml --", "[lrun][my config.yaml][--]", 0},
    {"lrun 'my con' \"and its\" x", "[lrun][my con][and its][x]", 0},
    {"lrun 'it is op", "[lrun][it is op]", 0},
    {"lrun \"a \\\" \\$ \\n b", "[lrun][a \" $ \\n b]", 0},
    {"lrun 'a\\'b", "[lrun][a\\b]", 0},
    {"lrun --a='b=c", "[lrun][--a=b=c]", 4},
    {"lrun --a=b\\=c", "[lrun][--a=b=c]", 4},
    {"lrun '' x", "[lrun][][x]", 0},
    {"lrun x\\", "[lrun][x\\]", 0},
    {"lrun \303\244\303\266", "[lrun][\303\244\303\266]", 0},
};

START_TEST(test_line_comes_apart_as_in_bash)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct text words = TEXT_INIT;
        struct line line = line_split(cases[i].text, BREAKS, &arena);
        for (size_t w = 0; w < line.count; w++)
            text_format(&words, "[%s]", line.words[w]);
        ck_assert_str_eq(text_string(&words), cases[i].words);
        ck_assert_msg(line.skipped == cases[i].skipped, "%s: skipped %zu", cases[i].text, line.skipped);
        text_finish(&words);
        arena_finish(&arena);
    }
}
END_TEST

START_TEST(test_words_are_not_broken_where_the_user_forbids_it)
{
    struct arena arena = ARENA_INIT;
    struct line line = line_split("lrun --a=b", " \t\n", &arena);
    ck_assert_uint_eq(line.skipped, 0);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("line", test_line_comes_apart_as_in_bash, test_words_are_not_broken_where_the_user_forbids_it)
