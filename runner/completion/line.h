/*
 * line.h: a command line as it is being typed, taken apart into words as bash takes it apart.
 *
 * Quotes and backslashes are undone; nothing is expanded. An open quote lasts to the end.
 */
#ifndef LRUN_RUNNER_COMPLETION_LINE_H
#define LRUN_RUNNER_COMPLETION_LINE_H

#include <stddef.h>

#include "engine/base/arena.h"

struct line {
    /** The words, the last of which is at the cursor; it may be empty. At least one. */
    const char **words;
    size_t count;
    /** How many bytes of the last word bash takes for another one: up to the last break of it that is not quoted. */
    size_t skipped;
};

/** Splits the text up to the cursor. `breaks`: COMP_WORDBREAKS, what parts words for completion alone ("=:"). */
struct line line_split(const char *text, const char *breaks, struct arena *arena);

#endif
