/*
 * roff.h: text in the language of man pages, man(7): words that stay what they are, headings, paragraphs, examples.
 *
 *     roff_heading(&page, "EXIT STATUS");
 *     roff_item(&page, "0", "done");
 */
#ifndef LRUN_RUNNER_MAN_ROFF_H
#define LRUN_RUNNER_MAN_ROFF_H

#include "engine/base/text.h"

/** The page's first line: "LRUN", 1. */
void roff_title(struct text *page, const char *name, int section);

/** .SH and .SS. */
void roff_heading(struct text *page, const char *words);
void roff_subheading(struct text *page, const char *words);

/** Words within a line, as they are: nothing in them is a command. */
void roff_words(struct text *page, const char *words);

/** A paragraph; blank lines begin another one. */
void roff_paragraph(struct text *page, const char *words);

/** A bold tag and what it means, indented. */
void roff_item(struct text *page, const char *tag, const char *words);

/** Lines that stay lines, indented. `length` bytes of `lines`. */
void roff_example(struct text *page, const char *lines, size_t length);

/**
 * Help as a terminal shows it: lines that begin with a blank are an example, or, where two blanks part a line, an item; the
 * rest are paragraphs.
 */
void roff_help(struct text *page, const char *help);

#endif
