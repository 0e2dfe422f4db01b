/*
 * report.h: problems as text for people.
 *
 *     configs/voc.yaml:7:3: error: data.batch_sise: unknown key 'batch_sise' (did you mean 'batch_size'?)
 *         7 |   batch_sise: 8
 *           |   ^~~~~~~~~~
 *           the keys of VOCDataModule: batch_size, num_workers, ...
 *           base of mine.yaml:1
 *
 * Or as JSON for programs, where the style says so. Nothing is printed here: the text is for runner/main.c.
 */
#ifndef LRUN_RUNNER_CONFIG_REPORT_H
#define LRUN_RUNNER_CONFIG_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "runner/config/problem.h"
#include "runner/config/source.h"

/** References that led to a value, one to the other; more are not shown. */
#define REPORT_ORIGINS_MAX 8

/** How to write. */
struct report_style {
    /** With ANSI colours. */
    bool color;
    /** Columns of the terminal: hints are wrapped, source lines cut, to fit. At least 40. */
    int width;
    /** As JSON, an object per line (report_json.h); neither colours nor width matter then. */
    bool is_json;
};

/** Appends a place: "a.yaml:7:3", "command line", "environment"; nothing for nowhere. */
void report_format_place(const struct sources *sources, struct mark mark, struct text *text);

/** Appends how the file that a mark is in came to be read: "base of mine.yaml:1"; nothing where the user named it. */
void report_format_way(const struct sources *sources, struct mark mark, struct text *text);

/** Appends every problem, in the order of the list. */
void report_problems(const struct sources *sources, const struct problems *problems, const struct report_style *style,
                     struct text *text);

/** Appends every note, a line each: "a.yaml:3:10: note: ...". */
void report_notes(const struct sources *sources, const struct problems *problems, const struct report_style *style,
                  struct text *text);

/** Appends an error: its place and excerpt when it has one in the sources, its message and hint. */
void report_error(const struct sources *sources, const struct error *error, const struct report_style *style,
                  struct text *text);

#endif
