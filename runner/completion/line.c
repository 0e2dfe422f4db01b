/* line.c: a command line as it is being typed, taken apart into words as bash takes it apart. */
#include "runner/completion/line.h"

#include <stdbool.h>
#include <string.h>

/* How far the reading is. */
struct reader {
    const char *at;
    const char *breaks;
    /* The open quote; 0 when none is open. */
    char quote;
    /* Of the word at hand: bytes so far, and those before its last break. */
    size_t length;
    size_t skipped;
    char *word;
};

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\n';
}

static void put(struct reader *reader, char character)
{
    reader->word[reader->length++] = character;
}

/* Takes a backslash and what it quotes. In double quotes it quotes only some characters. */
static void read_backslash(struct reader *reader)
{
    char next = reader->at[1];
    bool stays = next == '\0' || (reader->quote == '"' && strchr("\"\\$`", next) == NULL);
    if (stays) {
        put(reader, '\\');
        reader->at += 1;
        return;
    }
    put(reader, next);
    reader->at += 2;
}

/* Takes one character of a word. */
static void read_character(struct reader *reader)
{
    char character = *reader->at;
    if (character == '\\' && reader->quote != '\'') {
        read_backslash(reader);
        return;
    }
    reader->at += 1;
    if (reader->quote == 0 && (character == '\'' || character == '"')) {
        reader->quote = character;
    } else if (character == reader->quote) {
        reader->quote = 0;
    } else {
        put(reader, character);
        if (reader->quote == 0 && strchr(reader->breaks, character) != NULL)
            reader->skipped = reader->length;
    }
}

struct line line_split(const char *text, const char *breaks, struct arena *arena)
{
    size_t length = strlen(text);
    struct reader reader = {.at = text, .breaks = breaks};
    struct line line = {.words = arena_allocate(arena, length + 1, sizeof *line.words)};
    for (;;) {
        reader.at += strspn(reader.at, " \t\n");
        reader.word = arena_allocate(arena, strlen(reader.at) + 1, 1);
        reader.length = reader.skipped = 0;
        while (*reader.at != '\0' && (reader.quote != 0 || !is_blank(*reader.at)))
            read_character(&reader);
        line.words[line.count++] = reader.word;
        if (*reader.at == '\0')
            break;
    }
    line.skipped = reader.skipped;
    return line;
}
