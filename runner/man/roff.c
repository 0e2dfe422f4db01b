/* roff.c: text in the language of man pages. */
#include "runner/man/roff.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "build_config.h"
#include "engine/base/utf8.h"

/* An example's lines are indented by this much in help. */
#define HELP_INDENT 2

/* Characters that roff takes for something else, or shows as another. */
static const char *escape_of(char character)
{
    switch (character) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '"':
        return "\\(dq";
    default:
        return NULL;
    }
}

static void append_bytes(struct text *page, const char *words, size_t length)
{
    const char *end = words + length;
    while (words < end) {
        uint32_t code = 0;
        size_t bytes = utf8_decode(words, (size_t)(end - words), &code);
        if (escape_of(*words) != NULL)
            text_append(page, escape_of(*words));
        else if (bytes > 1)
            text_format(page, "\\[u%04X]", (unsigned)code);
        else
            text_append_char(page, *words);
        words += bytes > 0 ? bytes : 1;
    }
}

/* A line that is no command, whatever it begins with. */
static void append_line(struct text *page, const char *line, size_t length)
{
    if (length > 0 && *line == '.')
        text_append(page, "\\&");
    append_bytes(page, line, length);
    text_append_char(page, '\n');
}

void roff_title(struct text *page, const char *name, int section)
{
    text_format(page, ".TH %s %d \"\" \"lrun %s\"\n.nh\n.ad l\n", name, section, LRUN_VERSION);
}

void roff_words(struct text *page, const char *words)
{
    append_bytes(page, words, strlen(words));
}

static void append_request(struct text *page, const char *request, const char *words)
{
    text_format(page, "%s \"", request);
    roff_words(page, words);
    text_append(page, "\"\n");
}

void roff_heading(struct text *page, const char *words)
{
    append_request(page, ".SH", words);
}

void roff_subheading(struct text *page, const char *words)
{
    append_request(page, ".SS", words);
}

/* True where a sentence ends: roff wants the next one in a line of its own. */
static bool is_sentence_end(const char *words)
{
    return (*words == '.' || *words == ':' || *words == ';') && words[1] == ' ' &&
           (*words != '.' || isupper((unsigned char)words[2]));
}

/* Words that are filled: sentences in lines of their own, `between` at blank lines. */
static void append_filled(struct text *page, const char *words, const char *between)
{
    const char *line = words;
    for (; *words != '\0'; words++) {
        bool is_paragraph = strncmp(words, "\n\n", 2) == 0;
        bool is_end = is_sentence_end(words);
        if (*words != '\n' && !is_end)
            continue;
        append_line(page, line, (size_t)(words - line) + is_end);
        if (is_paragraph)
            text_append(page, between);
        words += is_end || is_paragraph;
        line = words + 1;
    }
    if (words > line)
        append_line(page, line, (size_t)(words - line));
}

/* True when the page's last line is a heading: what follows is a paragraph anyway. */
static bool is_behind_heading(const struct text *page)
{
    size_t begin = page->length;
    while (begin > 1 && page->data[begin - 2] != '\n')
        begin--;
    return page->length > 0 && strncmp(page->data + begin - 1, ".S", 2) == 0;
}

void roff_paragraph(struct text *page, const char *words)
{
    text_append(page, is_behind_heading(page) ? "" : ".PP\n");
    append_filled(page, words, ".PP\n");
}

void roff_item(struct text *page, const char *tag, const char *words)
{
    text_append(page, ".TP\n");
    append_request(page, ".B", tag);
    append_filled(page, words, ".IP\n");
}

void roff_example(struct text *page, const char *lines, size_t length)
{
    const char *end = lines + length;
    text_append(page, is_behind_heading(page) ? ".RS 2\n.EX\n" : ".PP\n.RS 2\n.EX\n");
    while (lines < end) {
        size_t line = strcspn(lines, "\n");
        append_line(page, lines, line);
        lines += line + 1;
    }
    text_append(page, ".EE\n.nh\n.RE\n"); /* the end of an example hyphenates again */
}

/* Where the words of an item begin in its first line, behind two blanks; 0: it is none. */
static size_t item_words(const char *line)
{
    size_t indent = strspn(line, " "), length = strcspn(line, "\n");
    for (size_t at = indent; indent == HELP_INDENT && at + 2 < length; at++)
        if (line[at] == ' ' && line[at + 1] == ' ')
            return at + strspn(line + at, " ");
    return 0;
}

/* Bytes of the lines from `line` on that are indented by `indent` or more. */
static size_t indented_length(const char *line, size_t indent)
{
    size_t length = 0;
    while (strspn(line + length, " ") >= indent && line[length] != '\0' && item_words(line + length) == 0)
        length += strcspn(line + length, "\n") + (line[length + strcspn(line + length, "\n")] == '\n');
    return length;
}

/* An item, and the lines that go on with it, indented as its words are. Returns its length. */
static size_t append_help_item(struct text *page, const char *line)
{
    struct text tag = TEXT_INIT, words = TEXT_INIT;
    size_t begin = item_words(line), length = strcspn(line, "\n"), tag_length = begin;
    while (line[tag_length - 1] == ' ')
        tag_length--;
    text_append_bytes(&tag, line + HELP_INDENT, tag_length - HELP_INDENT);
    text_append_bytes(&words, line + begin, length - begin);
    length += line[length] == '\n';
    while (strspn(line + length, " ") == begin) {
        size_t more = strcspn(line + length, "\n");
        text_append_char(&words, ' ');
        text_append_bytes(&words, line + length + begin, more - begin);
        length += more + (line[length + more] == '\n');
    }
    roff_item(page, text_string(&tag), text_string(&words));
    text_finish(&tag);
    text_finish(&words);
    return length;
}

/* Lines as an example, without the blanks that all of them begin with. */
static size_t append_help_example(struct text *page, const char *line)
{
    struct text lines = TEXT_INIT;
    size_t length = indented_length(line, 1);
    for (size_t at = 0; at < length;) {
        size_t indent = strspn(line + at, " "), end = strcspn(line + at, "\n");
        indent = indent < HELP_INDENT ? indent : HELP_INDENT;
        text_append_bytes(&lines, line + at + indent, end - indent);
        text_append_char(&lines, '\n');
        at += end + 1;
    }
    roff_example(page, text_string(&lines), lines.length);
    text_finish(&lines);
    return length;
}

/* Lines up to the next one that is indented or blank. */
static size_t append_help_paragraph(struct text *page, const char *line)
{
    struct text words = TEXT_INIT;
    size_t length = 0;
    while (line[length] != '\0' && line[length] != '\n' && line[length] != ' ') {
        size_t end = strcspn(line + length, "\n");
        text_append(&words, words.length > 0 ? " " : "");
        text_append_bytes(&words, line + length, end);
        length += end + (line[length + end] == '\n');
    }
    roff_paragraph(page, text_string(&words));
    text_finish(&words);
    return length;
}

void roff_help(struct text *page, const char *help)
{
    while (*help != '\0') {
        if (*help == '\n')
            help++;
        else if (*help != ' ')
            help += append_help_paragraph(page, help);
        else if (item_words(help) > 0)
            help += append_help_item(page, help);
        else
            help += append_help_example(page, help);
    }
}
