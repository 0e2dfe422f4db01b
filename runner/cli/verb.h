/*
 * verb.h: what the program can be told to do: one verb each, found by name.
 *
 * A verb fills texts; main.c prints them. What a verb says on the way (progress, notes) goes through the console.
 */
#ifndef LRUN_RUNNER_CLI_VERB_H
#define LRUN_RUNNER_CLI_VERB_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "runner/config/report.h"

/** One call of a verb. */
struct verb_call {
    /** The arguments behind the verb. Lent. */
    int count;
    const char *const *arguments;
    /** The whole command line as the user could type it again. Lent. */
    const char *command_line;
    struct report_style style;
    /** For standard output. */
    struct text output;
    /** For standard error: what is wrong, when it is more than the error can hold. */
    struct text report;
};

struct verb {
    const char *name;
    /** "CONFIG... [--key=value]..." */
    const char *usage;
    /** One line. */
    const char *summary;
    /** What else there is to know, in lines of at most 80 columns; "" when nothing. */
    const char *details;
    bool (*run)(struct verb_call *call, struct error *error);
};

/** Every verb, ended by one without a name. */
extern const struct verb verbs[];

/** The verb of this name; NULL when there is none. */
const struct verb *verb_find(const char *name);

/** The help of a verb, and of the program. */
void verb_format_help(const struct verb *verb, struct text *text);
void verbs_format_help(struct text *text);

/** Runs that train or use a model: run_verbs.c. */
bool verb_fit(struct verb_call *call, struct error *error);
bool verb_validate(struct verb_call *call, struct error *error);
bool verb_test(struct verb_call *call, struct error *error);
bool verb_predict(struct verb_call *call, struct error *error);
bool verb_check(struct verb_call *call, struct error *error);

/** What is there to know: info_verbs.c. */
bool verb_list(struct verb_call *call, struct error *error);
bool verb_help(struct verb_call *call, struct error *error);
bool verb_schema(struct verb_call *call, struct error *error);
bool verb_score(struct verb_call *call, struct error *error);
bool verb_scenes(struct verb_call *call, struct error *error);

#endif
