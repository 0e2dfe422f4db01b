/*
 * arguments.h: a run verb's arguments taken apart: config files first, then options; the options that are no keys of the
 * config are the verb's own.
 */
#ifndef LRUN_RUNNER_CLI_ARGUMENTS_H
#define LRUN_RUNNER_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"

/** An option of a verb: "--ckpt_path VALUE", "--ckpt_path=VALUE", or, without a value, "--resume". */
struct option {
    /** Without the dashes. NULL ends a list. */
    const char *name;
    bool takes_value;
    /** Set by arguments_split: the value, "" for an option without one; NULL: not given. */
    const char *value;
};

/** What is left besides the options. */
struct arguments {
    /** What is no option and stands before the first one that is not the verb's. */
    const char *const *positional;
    size_t positional_count;
    /** Options that are not among the verb's, with what follows them: keys of the config. */
    const char **others;
    size_t other_count;
};

/** Splits; `options` get their values. Fails with ERROR_CONFIG when an option lacks its value. */
bool arguments_split(const char *const *arguments, int count, struct option *options, struct arena *arena,
                     struct arguments *split, struct error *error);

/** The value of an option; NULL when it was not given. The name must be among the options. */
const char *option_value(const struct option *options, const char *name);

/** Sets `number` when the option was given. Fails with ERROR_CONFIG when it is no integer of that range. */
bool option_integer(const struct option *options, const char *name, int64_t minimum, int64_t maximum, int64_t *number,
                    struct error *error);

/** Fails with ERROR_CONFIG when there are options left, naming the nearest of `options`. */
bool arguments_refuse_others(const struct arguments *split, const struct option *options, struct error *error);

#endif
