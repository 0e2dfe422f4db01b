/*
 * source.h: the texts that a config was read from, kept so that a problem can show its line.
 *
 * A file is found by the name in a mark; an argument by the name COMMAND_LINE and the mark's line, which is its place
 * in `arguments`, counted from 1.
 */
#ifndef LRUN_RUNNER_CONFIG_SOURCE_H
#define LRUN_RUNNER_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/mark.h"

/** The source of marks in command line arguments. */
extern const char COMMAND_LINE[];

/** A file: its path as the user gave it, and its bytes. */
struct source {
    const char *name;
    const char *text;
    size_t length;
};

/** Zero is none. */
struct sources {
    struct source *items;
    size_t count;
    /** The overrides, each as it was in argv; lent. */
    const char *const *arguments;
    size_t argument_count;
};

/** Keeps a file's text, which must live as long as the sources. Returns its place in the order. */
void sources_add(struct sources *sources, struct arena *arena, struct source source);

/** Where a mark's source comes in the order of reporting: files as they were read, then the command line, then nowhere. */
size_t sources_find_order(const struct sources *sources, struct mark mark);

/**
 * The line that a mark is in, and the column in it (from 1). For the value of `--key value` the line is both arguments
 * with a blank between. NULL when the source is not known. The line lives in the arena.
 */
const char *sources_find_line(const struct sources *sources, struct arena *arena, struct mark mark, int *column);

#endif
