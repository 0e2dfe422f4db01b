/*
 * problem.h: everything that is wrong with a config, collected in one pass.
 *
 *     problem_add(problems, node->span, "%s: wanted a number, found %s", path, problem_quote(problems, node->text));
 *     problem_hint(problems, "write 0.1");
 *
 * A message is one fact: what was found, what was wanted. The hint is what to do. report.h shows them.
 */
#ifndef LRUN_RUNNER_CONFIG_PROBLEM_H
#define LRUN_RUNNER_CONFIG_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "runner/config/config_node.h"
#include "runner/config/source.h"

/** What it means for the run. */
enum severity {
    SEVERITY_ERROR,
    SEVERITY_NOTE, /* nothing is wrong, but something is not as it looks */
};

/** More than these are counted, but not kept: nobody reads them, and a hostile file must not fill the memory. */
#define PROBLEMS_MAX ((size_t)100)

struct problem {
    enum severity severity;
    struct span span;
    const char *message;
    /** NULL when there is nothing useful to say. */
    const char *hint;
};

/** A list of problems; its texts live in the arena. */
struct problems {
    struct arena *arena;
    struct problem *items;
    size_t count;
    /** Found beyond PROBLEMS_MAX. */
    size_t left_out;
    /** What is no problem, but must not go unsaid, in the order in which it came up. */
    struct problem *notes;
    size_t note_count;
    size_t notes_left_out;
};

/** A span that lives in the arena with all that it says: a problem of one config can be reported with another's. */
struct span span_copy(struct arena *arena, struct span span);

/** Adds a problem at a place. */
void problem_add(struct problems *problems, struct span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Says what to do about the problem that was added last. */
void problem_hint(struct problems *problems, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Adds a note at a place: "optimizer: Adam has no 'momentum' (a.yaml:12:5): dropped". It stops nothing. */
void problem_note(struct problems *problems, struct span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** What kind of value a node is: "'fast'", "a list", "null". */
const char *problem_describe(const struct problems *problems, const struct config_node *node);

/** What the user wrote, made fit for one line: control characters escaped, cut when long. */
const char *problem_shorten(const struct problems *problems, const char *text);

/** As problem_shorten, in single quotes. */
const char *problem_quote(const struct problems *problems, const char *text);

/** Orders the problems by place: files in the order in which they were read, then the command line, then nowhere. */
void problems_sort(struct problems *problems, const struct sources *sources);

#endif
