/*
 * init.h: configs to begin with: whole, commented, and right as they are.
 *
 *     struct text yaml = TEXT_INIT;
 *     if (init_format("SSD", &yaml, &error))     // a config around an SSD, every key of which is explained
 *         fputs(text_string(&yaml), stdout);
 *
 * A recipe ("detection") explains every key of every component in it. What is left at its default is in a comment.
 */
#ifndef LRUN_RUNNER_CLI_INIT_H
#define LRUN_RUNNER_CLI_INIT_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

/** A config that others begin from. */
struct recipe {
    /** NULL ends the list. */
    const char *name;
    /** One line. */
    const char *summary;
    const char *yaml;
};

extern const struct recipe init_recipes[];

/**
 * Appends the config of a recipe, or of one around a component ("SSD", "RandomIoUCrop"). Fails with ERROR_CONFIG, guessing
 * what was meant, when there is neither.
 */
bool init_format(const char *name, struct text *yaml, struct error *error);

/** Appends the recipes, and how to get at the components. */
void init_format_list(struct text *text);

#endif
