/*
 * yaml_text.h: a YAML text before libyaml sees it: checked, and cut into lines.
 *
 * libyaml counts columns in characters and breaks lines at more places than an editor does; here columns become bytes,
 * and the odd line breaks are refused, so that every place shown is the place that the user sees.
 */
#ifndef LRUN_RUNNER_CONFIG_YAML_TEXT_H
#define LRUN_RUNNER_CONFIG_YAML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "runner/config/problem.h"

/** A place in libyaml's counting, in characters from 0, and the byte there. */
struct yaml_place {
    size_t line;
    size_t column;
    size_t offset;
};

/** A text, where it comes from, and where its lines start. */
struct yaml_text {
    const char *bytes;
    size_t length;
    /** The mark of the first byte. Of a file: line 1, column 1. Of an argument the line stays: all is one line. */
    struct mark origin;
    size_t *lines;
    size_t line_count;
    /** The place found last: places are asked for in order, and a line may be as long as the text. */
    struct yaml_place last;
};

/**
 * Cuts the text into lines (in the arena) and checks it: UTF-8 without control characters, no NUL, lines ended by LF
 * or CRLF, few directives. False after adding the first problem found.
 */
bool yaml_text_init(struct yaml_text *text, struct arena *arena, struct problems *problems);

/** The place of libyaml's `line` and `column`, both in characters from 0, `width` characters wide on its line. */
struct span yaml_text_find(struct yaml_text *text, size_t line, size_t column, size_t width);

#endif
