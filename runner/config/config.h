/*
 * config.h: the door: files and a command line become one checked tree.
 *
 *     struct config config = CONFIG_INIT;
 *     if (!config_load(&config, &request, &error) || !config_check(&config, &error)) {
 *         config_report(&config, &style, &text);      // every problem, with its place; the error only sums up
 *         ...
 *     }
 *     config_finish(&config);
 *
 * Nothing here writes to the disk or to the terminal.
 */
#ifndef LRUN_RUNNER_CONFIG_CONFIG_H
#define LRUN_RUNNER_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "runner/config/config_node.h"
#include "runner/config/problem.h"
#include "runner/config/report.h"
#include "runner/config/source.h"

/** What to read. The strings are lent and must live as long as the config. */
struct config_request {
    /** Files, each laid over the ones before it. */
    const char *const *paths;
    size_t path_count;
    /** Overrides as they stand in argv (see override.h), without what is not for the config. */
    const char *const *arguments;
    size_t argument_count;
    /** "NAME=value", ended by NULL: what ${env:NAME} reads. NULL: nothing is set. */
    const char *const *environment;
    /** The same, for the variables that change the config (variables.h). NULL: none does. */
    const char *const *variables;
};

/** A config; everything in it lives in its arena. */
struct config {
    struct arena arena;
    struct sources sources;
    struct problems problems;
    /** NULL until loaded; complete (see config_node.h) once checked. */
    struct config_node *root;
};

#define CONFIG_INIT                                                                                                    \
    {                                                                                                                  \
        .root = NULL                                                                                                   \
    }

/**
 * Reads the files with their bases, lays them over each other, applies variables and overrides, and resolves references.
 * Fails with ERROR_CONFIG only when there is nothing to check: a file cannot be read as YAML. Other problems wait for
 * config_check, to be reported with its own. The files that were read are then in config->sources.
 */
bool config_load(struct config *config, const struct config_request *request, struct error *error);

/** Checks the loaded tree and completes it. Fails with ERROR_CONFIG when there is any problem, from loading or now. */
bool config_check(struct config *config, struct error *error);

/** Appends the whole resolved config as YAML: reading it back gives the same config. */
void config_format(const struct config *config, struct text *yaml);

/** Appends every note, then every problem. */
void config_report(const struct config *config, const struct report_style *style, struct text *text);

/** Appends the notes alone: what loading changed and must not go unsaid, whether there are problems or not. */
void config_report_notes(const struct config *config, const struct report_style *style, struct text *text);

/** Appends one error, with the excerpt of the config that it points at. */
void config_report_error(const struct config *config, const struct error *error, const struct report_style *style,
                         struct text *text);

/** Frees everything; the config is empty and usable again. */
void config_finish(struct config *config);

#endif
