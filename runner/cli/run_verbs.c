/* run_verbs.c: the verbs that train or use a model. */
#include "engine/base/file.h"
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "runner/cli/assembly.h"
#include "runner/cli/verb.h"
#include "runner/runs/run_comparison.h"
#include "runner/runs/run_list.h"
#include "runner/train/detection_writer.h"
#include "runner/train/environment.h"
#include "runner/train/picture_writer.h"

typedef bool assembly_action(struct assembly *assembly, struct verb_call *call, const struct option *options,
                             struct error *error);

/* Opens an assembly and does the action in it, or only shows the config where that is asked for. */
static bool with_assembly(struct verb_call *call, assembly_action *action, struct error *error)
{
    struct assembly assembly = ASSEMBLY_INIT;
    struct option *options = verb_options(call->verb, &assembly.arena);
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

/* The run's own directory, as it was typed, without slashes at its end. */
static bool read_own_directory(struct assembly *assembly, const struct option *options, struct error *error)
{
    const char *directory = option_value(options, "run_directory");
    if (directory == NULL)
        return true;
    if (*directory == '\0')
        return error_set(error, ERROR_CONFIG, "--run_directory: wanted a folder, found ''");
    assembly->parts.own_directory = arena_copy_bytes(&assembly->arena, directory, path_length(directory));
    return true;
}

/* A line when a run is repeated with other code than it was made with: the numbers may differ. */
static void note_differences(const struct assembly *assembly)
{
    struct text line = TEXT_INIT;
    json_t *now = environment_describe(NULL, NULL);
    environment_format_rerun(assembly->parts.run_directory, now, &line);
    if (line.length > 0)
        console_note(assembly->console, text_string(&line));
    json_decref(now);
    text_finish(&line);
}

/* Trains, and says where. */
static bool train(struct assembly *assembly, struct verb_call *call, struct error *error)
{
    if (assembly->parts.run_directory != NULL)
        note_differences(assembly);
    bool ok = trainer_fit(assembly->trainer, &assembly->parts, error);
    const char *directory = trainer_run_directory(assembly->trainer);
    if (directory != NULL)
        text_format(&call->output, "results: %s\n", directory);
    return ok;
}

static bool assembly_fit(struct assembly *assembly, struct verb_call *call, const struct option *options,
                         struct error *error)
{
    assembly->parts.resume_newest = option_value(options, "resume") != NULL;
    return read_own_directory(assembly, options, error) && train(assembly, call, error);
}

/* A run that is gone on with stays where it is. */
static bool assembly_run(struct assembly *assembly, struct verb_call *call, const struct option *options,
                         struct error *error)
{
    assembly->parts.resume_newest = option_value(options, "resume") != NULL;
    if (assembly->parts.resume_newest)
        assembly->parts.own_directory = assembly->parts.run_directory;
    return train(assembly, call, error);
}

bool verb_fit(struct verb_call *call, struct error *error)
{
    return with_assembly(call, assembly_fit, error);
}

bool verb_run(struct verb_call *call, struct error *error)
{
    const char *name = call->count > 0 && strncmp(call->arguments[0], "--", 2) != 0 ? call->arguments[0] : NULL;
    if (name == NULL) {
        error_set(error, ERROR_CONFIG, "run: wanted a run's directory or its number");
        return error_hint(error, "'lrun runs' lists them; 'lrun CONFIG.yaml' trains from a config");
    }
    char *path = run_find(NULL, name, error);
    if (path == NULL)
        return false;
    const char *const *typed = call->arguments;
    const char **found = memory_allocate((size_t)call->count, sizeof *found);
    memcpy(found, typed, (size_t)call->count * sizeof *found);
    found[0] = path;
    call->arguments = found;
    bool ok = with_assembly(call, assembly_run, error);
    call->arguments = typed;
    memory_free(found);
    memory_free(path);
    return ok;
}

/* A name and number per line. */
static void format_metrics(const struct scalars *metrics, struct text *text)
{
    for (size_t i = 0; i < metrics->count; i++)
        text_format(text, "%-28s %.6g\n", metrics->items[i].name, metrics->items[i].number);
}

static bool assembly_validate(struct assembly *assembly, struct verb_call *call, const struct option *options,
                              struct error *error)
{
    struct scalars metrics = {0};
    choose_checkpoint(assembly, options);
    bool ok = trainer_validate(assembly->trainer, &assembly->parts, &metrics, error);
    format_metrics(&metrics, &call->output);
    scalars_finish(&metrics);
    return ok;
}

bool verb_validate(struct verb_call *call, struct error *error)
{
    return with_assembly(call, assembly_validate, error);
}

static bool assembly_test(struct assembly *assembly, struct verb_call *call, const struct option *options,
                          struct error *error)
{
    struct scalars metrics = {0};
    choose_checkpoint(assembly, options);
    bool ok = trainer_test(assembly->trainer, &assembly->parts, &metrics, error);
    format_metrics(&metrics, &call->output);
    scalars_finish(&metrics);
    return ok;
}

bool verb_test(struct verb_call *call, struct error *error)
{
    return with_assembly(call, assembly_test, error);
}

static bool assembly_check(struct assembly *assembly, struct verb_call *call, const struct option *options,
                           struct error *error)
{
    (void)options;
    return trainer_check(assembly->trainer, &assembly->parts, &call->output, error);
}

/* How predictions are written. */
struct predict_options {
    const char *directory;
    int64_t pictures;
    double score_threshold;
};

static bool predict_read(struct assembly *assembly, const struct option *options, struct predict_options *predict,
                         struct error *error)
{
    const char *output = option_value(options, "output"), *threshold = option_value(options, "score_thresh");
    const char *run_directory = assembly->parts.run_directory;
    *predict = (struct predict_options){.directory = output, .pictures = 20, .score_threshold = 0.3};
    if (output == NULL)
        predict->directory =
            run_directory == NULL ? "predictions" : arena_format(&assembly->arena, "%s/predictions", run_directory);
    if (threshold != NULL && !number_parse_double(threshold, &predict->score_threshold))
        return error_set(error, ERROR_CONFIG, "--score_thresh: wanted a number, found '%s'", threshold);
    return option_integer(options, "pictures", -1, INT32_MAX, &predict->pictures, error);
}

static bool assembly_predict(struct assembly *assembly, struct verb_call *call, const struct option *options,
                             struct error *error)
{
    struct predict_options predict;
    if (!predict_read(assembly, options, &predict, error))
        return false;
    choose_checkpoint(assembly, options);
    struct data_module *data = assembly->parts.data;
    struct prediction_writer *writers[] = {
        detection_writer_create(predict.directory, data),
        picture_writer_create(predict.directory, data, predict.score_threshold, (int)predict.pictures),
    };
    bool ok = trainer_predict(assembly->trainer, &assembly->parts, writers, 2, error);
    for (int i = 0; i < 2; i++)
        writers[i]->interface->destroy(writers[i]);
    if (ok)
        text_format(&call->output, "predictions: %s\n", predict.directory);
    return ok;
}

bool verb_predict(struct verb_call *call, struct error *error)
{
    return with_assembly(call, assembly_predict, error);
}

bool verb_check(struct verb_call *call, struct error *error)
{
    return with_assembly(call, assembly_check, error);
}
