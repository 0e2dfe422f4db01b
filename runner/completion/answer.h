/*
 * answer.h: what may stand at the cursor, as lines for a shell's completion script.
 *
 *     WORD <tab> DESCRIPTION            a candidate; one that ends in '.', '=' or '/' is to be typed on
 *     <tab> files|folders [ENDING] <tab> PREFIX <tab> START     files, for the shell to find: those whose names end in ENDING,
 *                                       and folders; their paths begin with START, and PREFIX ("--ckpt_path=") is put before
 *
 * Only what begins with the word at the cursor is taken.
 */
#ifndef LRUN_RUNNER_COMPLETION_ANSWER_H
#define LRUN_RUNNER_COMPLETION_ANSWER_H

#include <stddef.h>

#include "engine/base/text.h"

struct answer {
    /** The word at the cursor, without its quotes. Lent. */
    const char *current;
    /** How many bytes of it each candidate is to be shortened by: what bash takes for another word. */
    size_t skipped;
    /** The lines. */
    struct text lines;
};

/** Adds PREFIX WORD SUFFIX with the first sentence of its documentation ("" for none), if it fits the word at the cursor. */
void answer_add(struct answer *answer, const char *prefix, const char *word, const char *suffix,
                const char *documentation);

/** Adds files with this ending (".yaml"; "" for all), and folders to look into. `prefix` stands before the path. */
void answer_add_files(struct answer *answer, const char *prefix, const char *ending);

/** As answer_add_files, for folders alone. */
void answer_add_folders(struct answer *answer, const char *prefix);

#endif
