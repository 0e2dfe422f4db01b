/*
 * assembly.h: from a run verb's arguments to the objects of a run.
 *
 *     struct assembly assembly = ASSEMBLY_INIT;
 *     bool ok = assembly_open(&assembly, call, options, error) && trainer_fit(assembly.trainer, &assembly.parts, error);
 *     assembly_close(&assembly, call, error);      // turns an error's place into an excerpt of the config
 */
#ifndef LRUN_RUNNER_CLI_ASSEMBLY_H
#define LRUN_RUNNER_CLI_ASSEMBLY_H

#include "runner/build/run.h"
#include "runner/cli/arguments.h"
#include "runner/cli/verb.h"
#include "runner/config/config.h"
#include "runner/train/console.h"
#include "runner/train/trainer.h"

struct assembly {
    /** Lives as long as the objects: their parameters are in it. */
    struct arena arena;
    struct config config;
    struct run *run;
    struct trainer *trainer;
    struct console *console;
    struct provenance provenance;
    /** What the trainer is given. */
    struct run_parts parts;
};

#define ASSEMBLY_INIT                                                                                                  \
    {                                                                                                                  \
        .config = CONFIG_INIT                                                                                          \
    }

/**
 * Loads and checks the config, and makes the objects, unless only the config is asked for: `options` are the verb's own,
 * with "print_config" among them.
 * Fails with ERROR_CONFIG; the problems are then in call->report.
 */
bool assembly_open(struct assembly *assembly, struct verb_call *call, struct option *options, struct error *error);

/** Two parts of assembly_open: loads and checks the config of arguments that are split; makes the objects of that. */
bool assembly_load(struct assembly *assembly, const struct arguments *split, struct error *error);
bool assembly_build(struct assembly *assembly, const struct verb_call *call, struct error *error);

/** Reports an error that has a place in the config, with its excerpt; frees everything. */
void assembly_close(struct assembly *assembly, struct verb_call *call, struct error *error);

#endif
