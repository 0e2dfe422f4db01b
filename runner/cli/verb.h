/*
 * verb.h: what the program can be told to do: one verb each, found by name.
 *
 * A verb fills texts; main.c prints them. What a verb says on the way (progress, notes) goes through the console.
 * The table says what a verb takes: parsing of its options, its usage and help, completion and the man page come from it.
 */
#ifndef LRUN_RUNNER_CLI_VERB_H
#define LRUN_RUNNER_CLI_VERB_H

#include <stdbool.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "runner/cli/arguments.h"
#include "runner/config/report.h"

struct verb;

/** One call of a verb. */
struct verb_call {
    /** What was called. Lent. */
    const struct verb *verb;
    /** The arguments behind the verb. Lent. */
    int count;
    const char *const *arguments;
    /** The whole command line as the user could type it again. Lent. */
    const char *command_line;
    struct report_style style;
    /** Columns of standard output; 0: it is no terminal, and lines may have any length. */
    int output_width;
    /** For standard output, and how it shows it. */
    struct text output;
    struct report_style output_style;
    /** The output is help: a terminal shows it in colours. */
    bool is_help;
    /** For standard error: what is wrong, when it is more than the error can hold. */
    struct text report;
    /** For standard error, whether something failed or not: notes on the configs of a verb that runs nothing. */
    struct text notes;
    /** The exit status where nothing failed; 0 unless the verb says something by it. */
    int status;
};

/** What stands in a place of the command line: what completion offers there. */
enum argument_kind {
    ARGUMENT_TEXT,       /* a word or a number: nothing to offer */
    ARGUMENT_CHOICE,     /* one of the placeholder's words: "crowd|all|drop" */
    ARGUMENT_FILE,       /* any file or folder */
    ARGUMENT_FOLDER,     /* any folder */
    ARGUMENT_CONFIG,     /* a YAML file or a run directory */
    ARGUMENT_RUN,        /* a run directory */
    ARGUMENT_CHECKPOINT, /* "best", "last", a checkpoint's file */
    ARGUMENT_KEY,        /* a key of the config: "data.batch_size" */
    ARGUMENT_KIND,       /* a kind of component: "transforms" */
    ARGUMENT_COMPONENT,  /* a component's name: "SGD" */
    ARGUMENT_TOPIC,      /* what `lrun help` explains: a component, one of its fields, a verb */
};

/** An option of a verb: "--ckpt_path PATH", "--resume". */
struct verb_option {
    /** Without the dashes. NULL ends a list. */
    const char *name;
    /** The value in capitals ("PATH"), or its choices ("crowd|all|drop"); NULL: the option takes no value. */
    const char *placeholder;
    enum argument_kind kind;
    /** What it does, in the verb's tone: "shows the whole config and ends". */
    const char *documentation;
};

/** An argument that is no option. */
struct verb_operand {
    /** As in the usage: "CONFIG..." (any number of them), "[KIND]" (may be left out), "bash|zsh|fish" (choices). */
    const char *placeholder;
    enum argument_kind kind;
};

#define VERB_OPERANDS_MAX 4

struct verb {
    /** One word, or two: "check", "config show". */
    const char *name;
    /** In their order; after the last one the placeholder is NULL. */
    struct verb_operand operands[VERB_OPERANDS_MAX + 1];
    /** One line. */
    const char *summary;
    /** What else there is to know, in lines of at most 80 columns; "" when nothing. */
    const char *details;
    /** The verb's own options, ended by one without a name; NULL: none. */
    const struct verb_option *options;
    /** Every key of the config is an option too. */
    bool takes_keys;
    /** Trains or uses a model, in several threads. */
    bool computes;
    /** A key may have several values, with commas between them. */
    bool takes_several;
    /** Only names its parts: help lists those in its place. */
    bool is_group;
    /** Is for programs, not people: help and completion leave it out. */
    bool hidden;
    bool (*run)(struct verb_call *call, struct error *error);
};

/** Every verb, ended by one without a name. */
extern const struct verb verbs[];

/** What the program itself takes in place of a verb, ended by one without a name. */
extern const struct verb_option program_options[];

/** An exit status and when it is. */
struct exit_status {
    enum error_code code;
    const char *meaning;
};

/** What the program does, in a line. */
extern const char program_summary[];

/** What the details of every verb that takes a config begin with. */
extern const char about_keys[];

/** The details of `lrun config`: config_language.c. */
extern const char config_language[];

/** Every exit status, ended by one without a meaning. */
extern const struct exit_status exit_statuses[];

/** The verb of this name; NULL when there is none. */
const struct verb *verb_find(const char *name);

/** The verb that the arguments begin with, of two words before one; sets how many it took. NULL when there is none. */
const struct verb *verb_match(const char *const *arguments, int count, int *taken);

/**
 * The verbs whose names begin with this verb's ("config show" after "config"), in their order: the first one after NULL,
 * then the one after `part`; NULL behind the last one. A verb that has any only says which.
 */
const struct verb *verb_next_part(const struct verb *verb, const struct verb *part);

/** The word of a part that its verb does not have: "show". */
const char *verb_part_name(const struct verb *verb, const struct verb *part);

/** The verb's options, to be given values by arguments_split. */
struct option *verb_options(const struct verb *verb, struct arena *arena);

/** Appends what stands behind the verb: "CONFIG... [OPTION]... [--key=value]...". */
void verb_format_usage(const struct verb *verb, struct text *text);

/** The help of a verb, and of the program. */
void verb_format_help(const struct verb *verb, int width, struct text *text);
void verbs_format_help(int width, struct text *text);

/** Runs that train or use a model: run_verbs.c. */
bool verb_fit(struct verb_call *call, struct error *error);
bool verb_run(struct verb_call *call, struct error *error);
bool verb_validate(struct verb_call *call, struct error *error);
bool verb_test(struct verb_call *call, struct error *error);
bool verb_predict(struct verb_call *call, struct error *error);
bool verb_check(struct verb_call *call, struct error *error);

/** About runs that were made: runs_verbs.c. */
bool verb_runs(struct verb_call *call, struct error *error);
bool verb_runs_diff(struct verb_call *call, struct error *error);

/** About configs themselves: config_verbs.c. */
bool verb_config(struct verb_call *call, struct error *error);
bool verb_config_show(struct verb_call *call, struct error *error);
bool verb_config_init(struct verb_call *call, struct error *error);
bool verb_config_explain(struct verb_call *call, struct error *error); /* config_explain.c */
bool verb_config_diff(struct verb_call *call, struct error *error);    /* config_diff.c */
bool verb_config_migrate(struct verb_call *call, struct error *error); /* config_migrate.c */

/** What is there to know: info_verbs.c. */
bool verb_list(struct verb_call *call, struct error *error);
bool verb_help(struct verb_call *call, struct error *error);
bool verb_help_at(struct verb_call *call, const char *path, struct error *error); /* behind any verb: --path.help */
bool verb_schema(struct verb_call *call, struct error *error);
bool verb_score(struct verb_call *call, struct error *error);
bool verb_doctor(struct verb_call *call, struct error *error);
bool verb_scenes(struct verb_call *call, struct error *error);

/** Many runs: runner/sweep/verbs.c. */
bool verb_sweep(struct verb_call *call, struct error *error);

/** The curves of runs: plot.c. */
bool verb_plot(struct verb_call *call, struct error *error);

/** The manual pages: runner/man/verb_man.c. */
bool verb_man(struct verb_call *call, struct error *error);

/** Completion of the command line: runner/completion/verbs.c. */
bool verb_completion(struct verb_call *call, struct error *error);
bool verb_complete(struct verb_call *call, struct error *error);

#endif
