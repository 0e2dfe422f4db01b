/*
 * help.h: what `lrun list`, `lrun help NAME` and `lrun schema` say, as text for main.c to print.
 *
 *     struct text text = TEXT_INIT;
 *     if (help_format("SGD.lr", 80, &text, &error))
 *         fputs(text_string(&text), stdout);
 */
#ifndef LRUN_RUNNER_CLI_HELP_H
#define LRUN_RUNNER_CLI_HELP_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "runner/build/registry.h"

/** Columns that help is wrapped to where the terminal does not say. */
#define HELP_WIDTH 80

/** Appends words, breaking lines at `width`; lines after the first begin with `indent` blanks. `column` is where it stands. */
void help_append_wrapped(struct text *text, const char *words, int indent, int column, int width);

/**
 * Appends every component with its summary, by kind. `kind` is a kind in singular or plural, words joined by a blank, '_'
 * or '-' ("lr_schedulers"); NULL: all. Fails with ERROR_CONFIG when there is no such kind.
 */
bool help_format_list(const char *kind, int width, struct text *text, struct error *error);

/**
 * Appends the help of a component ("SGD"), of one of its keys ("SGD.lr"), or of a key of the config ("seed_everything").
 * Fails with ERROR_CONFIG, guessing what was meant, when there is no such thing.
 */
bool help_format(const char *name, int width, struct text *text, struct error *error);

/** Appends the help of a field under a title: "SGD.lr", "optimizer.lr". */
void help_format_field(const char *title, const struct field *field, int width, struct text *text);

/** Appends a text of help with colours for a terminal: headings, and the names at the beginning of lines. */
void help_color(const char *plain, struct text *text);

/** Appends the JSON schema of a component; of a whole config where `name` is NULL. Fails with ERROR_CONFIG. */
bool help_format_schema(const char *name, struct text *text, struct error *error);

#endif
