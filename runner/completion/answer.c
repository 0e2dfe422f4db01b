/* answer.c: what may stand at the cursor, as lines for a shell's completion script. */
#include "runner/completion/answer.h"

#include <stdbool.h>
#include <string.h>

static bool is_sentence_end(const char *at)
{
    return *at == '.' && (at[1] == ' ' || at[1] == '\n' || at[1] == '\0');
}

/* The first sentence, in one line, without its full stop. */
static void append_sentence(struct text *text, const char *words)
{
    for (; *words != '\0' && !is_sentence_end(words); words++)
        text_append_char(text, (unsigned char)*words < ' ' ? ' ' : *words);
}

/* What a line cannot hold, a shell could not show either. */
static bool has_control_character(const char *word)
{
    for (; *word != '\0'; word++)
        if ((unsigned char)*word < ' ' || *word == 0x7F)
            return true;
    return false;
}

void answer_add(struct answer *answer, const char *prefix, const char *word, const char *suffix,
                const char *documentation)
{
    struct text candidate = TEXT_INIT;
    text_format(&candidate, "%s%s%s", prefix, word, suffix);
    const char *whole = text_string(&candidate);
    if (strncmp(whole, answer->current, strlen(answer->current)) == 0 && !has_control_character(whole)) {
        text_append(&answer->lines, whole + answer->skipped);
        text_append_char(&answer->lines, '\t');
        append_sentence(&answer->lines, documentation);
        text_append_char(&answer->lines, '\n');
    }
    text_finish(&candidate);
}

static void add_paths(struct answer *answer, const char *what, const char *prefix)
{
    size_t length = strlen(prefix);
    if (strncmp(prefix, answer->current, length) != 0 || has_control_character(answer->current))
        return;
    size_t skipped = answer->skipped < length ? answer->skipped : length;
    text_format(&answer->lines, "\t%s\t%s\t%s\n", what, prefix + skipped, answer->current + length);
}

void answer_add_files(struct answer *answer, const char *prefix, const char *ending)
{
    struct text what = TEXT_INIT;
    text_format(&what, "files%s%s", ending[0] != '\0' ? " " : "", ending);
    add_paths(answer, text_string(&what), prefix);
    text_finish(&what);
}

void answer_add_folders(struct answer *answer, const char *prefix)
{
    add_paths(answer, "folders", prefix);
}
