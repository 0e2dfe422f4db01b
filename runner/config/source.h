/*
 * source.h: the texts that a config was read from, kept so that a problem can show its line and what brought it there.
 *
 * A file is found by the name in a mark; an argument by the name COMMAND_LINE and the mark's line, which is its place
 * in `arguments`, counted from 1; a variable by ENVIRONMENT and its place in `variables`.
 */
#ifndef LRUN_RUNNER_CONFIG_SOURCE_H
#define LRUN_RUNNER_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/mark.h"

/** The source of marks in command line arguments, and in variables of the environment. */
extern const char COMMAND_LINE[];
extern const char ENVIRONMENT[];

/** Whether a mark is in an argument or a variable, which have no lines: its line says which one. */
bool mark_is_in_argument(struct mark mark);

/** A file: its path as the user gave it or as a file names it, and its bytes. */
struct source {
    /** A pointer of its own: the same file read twice has two sources. */
    const char *name;
    const char *text;
    size_t length;
    /** What it is the same file by, whatever it is called: its real path. */
    const char *identity;
    /** The place that named it, in another file or an argument; source NULL: the user did. */
    struct mark from;
    /** `from` is a `base`; otherwise it is the value of a component. */
    bool is_base;
    /** When it was laid over the others, from 1; 0: not yet. */
    size_t turn;
};

/** A variable of the environment that the config uses. */
struct source_variable {
    /** "LRUN_DATA__BATCH_SIZE=4". */
    const char *text;
    /** As an argument, which columns count in: "--data.batch_size=4". NULL: they count in `text`. */
    const char *argument;
};

/** Zero is none. */
struct sources {
    /** Every file that was read, in the order of reading: bases behind what they are bases of. */
    struct source *items;
    size_t count;
    /** The overrides, each as it was in argv; lent. */
    const char *const *arguments;
    size_t argument_count;
    struct source_variable *variables;
    size_t variable_count;
    size_t variable_capacity;
};

/** A copy that lives in the arena; its mark too. */
struct source source_copy(struct arena *arena, const struct source *source);

/** A mark whose source lives in the arena. */
struct mark mark_copy(struct arena *arena, struct mark mark);

/** Keeps a file's text, which must live as long as the sources. Returns its place in the order. */
size_t sources_add(struct sources *sources, struct arena *arena, struct source source);

/** Keeps a variable. Returns the mark of its first character. */
struct mark sources_add_variable(struct sources *sources, struct arena *arena, struct source_variable variable);

/** The file that a mark is in; NULL when it is in none. */
const struct source *sources_find(const struct sources *sources, struct mark mark);

/** Where a mark's source comes in the order of reporting: files as they were read, then variables, arguments, nowhere. */
size_t sources_find_order(const struct sources *sources, struct mark mark);

/** Where it comes in the order of composing: what comes later wins. */
size_t sources_find_turn(const struct sources *sources, struct mark mark);

/**
 * The line that a mark is in, and the column in it (from 1). For the value of `--key value` the line is both arguments
 * with a blank between; for a variable it is its name and value. NULL when the source is not known. The line lives in
 * the arena.
 */
const char *sources_find_line(const struct sources *sources, struct arena *arena, struct mark mark, int *column);

#endif
