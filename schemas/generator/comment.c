/* comment.c: a documentation comment, taken apart. */
#include "schemas/generator/comment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

/* One line of the comment without its decoration; moves `at` to the next. */
static void append_line(const char **at, struct text *clean)
{
    const char *line = *at;
    size_t length = strcspn(line, "\n");
    *at = line + length + (line[length] == '\n');
    while (length > 0 && isspace((unsigned char)*line))
        line++, length--;
    if (length >= 2 && memcmp(line, "*/", 2) != 0 && *line == '*')
        line++, length--;
    else if (length == 1 && *line == '*')
        length = 0;
    for (size_t i = 0; i + 1 < length; i++) {
        if (memcmp(line + i, "*/", 2) == 0)
            length = i;
    }
    while (length > 0 && isspace((unsigned char)*line))
        line++, length--;
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    if (length == 0) {
        if (clean->length > 0 && clean->data[clean->length - 1] != '\n')
            text_append(clean, "\n\n");
        return;
    }
    if (clean->length > 0 && clean->data[clean->length - 1] != '\n')
        text_append_char(clean, ' ');
    text_append_bytes(clean, line, length);
}

/* The words of a comment: lines joined, stars gone, paragraphs separated by an empty line. */
static char *clean_words(const char *raw, struct arena *arena)
{
    struct text clean = TEXT_INIT;
    while (*raw == '/' || *raw == '*')
        raw++;
    if (*raw == '<' || *raw == '!')
        raw++;
    while (*raw != '\0')
        append_line(&raw, &clean);
    while (clean.length > 0 && isspace((unsigned char)clean.data[clean.length - 1]))
        clean.data[--clean.length] = '\0';
    char *words = arena_copy_string(arena, text_string(&clean));
    text_finish(&clean);
    return words;
}

/* Where a sentence "Tag: " starts: at the beginning or after a full stop; NULL when there is none. */
static char *find_sentence(char *words, const char *tag)
{
    for (char *at = strstr(words, tag); at != NULL; at = strstr(at + 1, tag)) {
        char *before = at;
        while (before > words && isspace((unsigned char)before[-1]))
            before--;
        if (before == words || (before < at && before[-1] == '.'))
            return at;
    }
    return NULL;
}

static const char *first_sentence(const char *words, struct arena *arena)
{
    size_t length = 0;
    for (; words[length] != '\0' && words[length] != '\n'; length++) {
        if (words[length] == '.' && words[length + 1] == ' ' && isupper((unsigned char)words[length + 2])) {
            length++;
            break;
        }
    }
    return arena_copy_bytes(arena, words, length);
}

/* What a sentence says, up to its full stop; NULL when it is not the sentence alone. */
static const char *sentence_value(const char *from, const char *to, struct arena *arena)
{
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    if (to == from || to[-1] != '.')
        return NULL;
    char *value = arena_copy_bytes(arena, from, (size_t)(to - 1 - from));
    return strstr(value, ". ") == NULL && *value != '\0' ? value : NULL;
}

const char *comment_parse(const char *raw, struct arena *arena, struct comment *comment)
{
    *comment = (struct comment){0};
    char *words = clean_words(raw, arena);
    const struct {
        const char *tag;
        const char *name;
        const char **value;
    } sentences[] = {
        {"Name: ", "Name", &comment->name},
        {"Default: ", "Default", &comment->default_text},
        {"Range: ", "Range", &comment->range},
        {"List: ", "List", &comment->list},
    };
    enum { COUNT = sizeof sentences / sizeof *sentences };
    char *starts[COUNT];
    char *end = words + strlen(words);
    char *documentation_end = end;
    for (size_t i = 0; i < COUNT; i++) {
        starts[i] = find_sentence(words, sentences[i].tag);
        if (starts[i] != NULL && starts[i] < documentation_end)
            documentation_end = starts[i];
    }
    for (size_t i = 0; i < COUNT; i++) {
        if (starts[i] == NULL)
            continue;
        char *stop = end;
        for (size_t j = 0; j < COUNT; j++) {
            if (starts[j] > starts[i] && starts[j] < stop)
                stop = starts[j];
        }
        *sentences[i].value = sentence_value(starts[i] + strlen(sentences[i].tag), stop, arena);
        if (*sentences[i].value == NULL)
            return sentences[i].name;
    }
    while (documentation_end > words && isspace((unsigned char)documentation_end[-1]))
        documentation_end--;
    comment->documentation = arena_copy_bytes(arena, words, (size_t)(documentation_end - words));
    comment->summary = first_sentence(comment->documentation, arena);
    return NULL;
}

const char *comment_take_spelling(struct comment *comment, struct arena *arena)
{
    const char *start = comment->documentation;
    const char *end = *start == '"' ? strchr(start + 1, '"') : NULL;
    if (end == NULL)
        return NULL;
    const char *rest = end + 1;
    while (*rest == ':' || isspace((unsigned char)*rest))
        rest++;
    comment->documentation = rest;
    return arena_copy_bytes(arena, start + 1, (size_t)(end - start - 1));
}

/* One end of a range; "inf" is none. */
static bool bound_parse(const char *from, size_t length, const char *infinity, bool *has, double *bound)
{
    char buffer[64];
    while (length > 0 && isspace((unsigned char)*from))
        from++, length--;
    while (length > 0 && isspace((unsigned char)from[length - 1]))
        length--;
    if (length >= sizeof buffer)
        return false;
    memcpy(buffer, from, length);
    buffer[length] = '\0';
    *has = strcmp(buffer, infinity) != 0;
    return !*has || number_parse_double(buffer, bound);
}

bool range_parse(const char *string, struct range *range)
{
    *range = (struct range){0};
    size_t length = strlen(string);
    const char *comma = strchr(string, ',');
    if (length < 5 || comma == NULL || strchr("[(", *string) == NULL || strchr("])", string[length - 1]) == NULL)
        return false;
    range->excludes_minimum = *string == '(';
    range->excludes_maximum = string[length - 1] == ')';
    const char *end = string + length - 1;
    bool both = bound_parse(string + 1, (size_t)(comma - string - 1), "-inf", &range->has_minimum, &range->minimum) &&
                bound_parse(comma + 1, (size_t)(end - comma - 1), "inf", &range->has_maximum, &range->maximum);
    range->excludes_minimum = range->excludes_minimum && range->has_minimum;
    range->excludes_maximum = range->excludes_maximum && range->has_maximum;
    return both && (!range->has_minimum || !range->has_maximum || range->minimum <= range->maximum);
}
