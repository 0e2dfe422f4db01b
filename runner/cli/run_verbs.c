/* run_verbs.c: the verbs that train or use a model. */
#include "runner/cli/assembly.h"
#include "runner/cli/verb.h"

typedef bool assembly_action(struct assembly *assembly, struct verb_call *call, const struct option *options,
                             struct error *error);

/* Opens a assembly and does the action in it, or only shows the config where that is asked for. */
static bool with_assembly(struct verb_call *call, struct option *options, assembly_action *action, struct error *error)
{
    struct assembly assembly = ASSEMBLY_INIT;
    bool ok = assembly_open(&assembly, call, options, error);
    if (ok && option_value(options, "print_config") != NULL)
        config_format(&assembly.config, &call->output);
    else if (ok)
        ok = action(&assembly, call, options, error);
    assembly_close(&assembly, call, error);
    return ok;
}

/* The checkpoint to use: what was asked for; a run directory's best; else the model as its config makes it. */
static void choose_checkpoint(struct assembly *assembly, const struct option *options)
{
    assembly->parts.checkpoint_path = option_value(options, "ckpt_path");
    if (assembly->parts.checkpoint_path == NULL && assembly->parts.run_directory != NULL)
        assembly->parts.checkpoint_path = "best";
}

static bool assembly_fit(struct assembly *assembly, struct verb_call *call, const struct option *options,
                         struct error *error)
{
    assembly->parts.resume_newest = option_value(options, "resume") != NULL;
    bool ok = trainer_fit(assembly->trainer, &assembly->parts, error);
    const char *directory = trainer_run_directory(assembly->trainer);
    if (directory != NULL)
        text_format(&call->output, "results: %s\n", directory);
    return ok;
}

bool verb_fit(struct verb_call *call, struct error *error)
{
    struct option options[] = {{"print_config", false, NULL}, {"resume", false, NULL}, {NULL, false, NULL}};
    return with_assembly(call, options, assembly_fit, error);
}

static bool assembly_validate(struct assembly *assembly, struct verb_call *call, const struct option *options,
                              struct error *error)
{
    (void)call;
    struct scalars metrics = {0};
    choose_checkpoint(assembly, options);
    bool ok = trainer_validate(assembly->trainer, &assembly->parts, &metrics, error);
    scalars_finish(&metrics);
    return ok;
}

bool verb_validate(struct verb_call *call, struct error *error)
{
    struct option options[] = {{"print_config", false, NULL}, {"ckpt_path", true, NULL}, {NULL, false, NULL}};
    return with_assembly(call, options, assembly_validate, error);
}

static bool assembly_test(struct assembly *assembly, struct verb_call *call, const struct option *options,
                          struct error *error)
{
    (void)call;
    struct scalars metrics = {0};
    choose_checkpoint(assembly, options);
    bool ok = trainer_test(assembly->trainer, &assembly->parts, &metrics, error);
    scalars_finish(&metrics);
    return ok;
}

bool verb_test(struct verb_call *call, struct error *error)
{
    struct option options[] = {{"print_config", false, NULL}, {"ckpt_path", true, NULL}, {NULL, false, NULL}};
    return with_assembly(call, options, assembly_test, error);
}

static bool assembly_check(struct assembly *assembly, struct verb_call *call, const struct option *options,
                           struct error *error)
{
    (void)options;
    return trainer_check(assembly->trainer, &assembly->parts, &call->output, error);
}

bool verb_check(struct verb_call *call, struct error *error)
{
    struct option options[] = {{"print_config", false, NULL}, {NULL, false, NULL}};
    return with_assembly(call, options, assembly_check, error);
}
