/* comment.h: a documentation comment, taken apart. */
#ifndef LRUN_SCHEMAS_GENERATOR_COMMENT_H
#define LRUN_SCHEMAS_GENERATOR_COMMENT_H

#include "engine/base/arena.h"
#include "runner/build/registry.h"

/** The parts of a comment. A sentence that is not there is NULL. */
struct comment {
    /** First sentence of the documentation. */
    const char *summary;
    /** Without the sentences below; paragraphs are separated by an empty line. "" when nothing is left. */
    const char *documentation;
    const char *name;
    const char *default_text;
    const char *range;
    const char *list;
};

/**
 * Takes a raw comment (with its stars) apart. Returns NULL, or the name of a sentence ("Default") that is not at the end
 * or not ended by a full stop.
 */
const char *comment_parse(const char *raw, struct arena *arena, struct comment *comment);

/** Reads "[0, 1)", "(0, inf)". False when it is not a range. */
bool range_parse(const char *string, struct range *range);

/** The spelling in double quotes that an enumerator's comment begins with, cut off it; NULL when it has none. */
const char *comment_take_spelling(struct comment *comment, struct arena *arena);

#endif
