/* info_verbs.c: the verbs that explain, score and draw. */
#include "engine/base/arena.h"
#include "runner/cli/arguments.h"
#include "runner/cli/help.h"
#include "runner/cli/scenes.h"
#include "runner/cli/verb.h"
#include "runner/train/console.h"

/* Fails unless there are `least` to `most` arguments. */
static bool wants_arguments(const struct verb_call *call, const char *verb, int least, int most, struct error *error)
{
    if (call->count >= least && call->count <= most)
        return true;
    error_set(error, ERROR_CONFIG, "%s: wanted %s", verb, verb_find(verb)->usage);
    return error_hint(error, "lrun help %s", verb);
}

bool verb_list(struct verb_call *call, struct error *error)
{
    const char *kind = call->count > 0 ? call->arguments[0] : NULL;
    return wants_arguments(call, "list", 0, 1, error) &&
           help_format_list(kind, call->style.width, &call->output, error);
}

bool verb_help(struct verb_call *call, struct error *error)
{
    if (!wants_arguments(call, "help", 0, 1, error))
        return false;
    const struct verb *verb = call->count > 0 ? verb_find(call->arguments[0]) : NULL;
    if (call->count == 0)
        verbs_format_help(&call->output);
    else if (verb != NULL)
        verb_format_help(verb, &call->output);
    else
        return help_format(call->arguments[0], call->style.width, &call->output, error);
    return true;
}

bool verb_schema(struct verb_call *call, struct error *error)
{
    return wants_arguments(call, "schema", 0, 1, error) &&
           help_format_schema(call->count > 0 ? call->arguments[0] : NULL, &call->output, error);
}

/* Reads the options into what to draw. */
static bool scenes_read(const struct arguments *split, const struct option *options, struct scenes_options *scenes,
                        struct error *error)
{
    int64_t images = scenes->images, width = scenes->width, height = scenes->height, seed = (int64_t)scenes->seed;
    if (split->positional_count != 1)
        return error_set(error, ERROR_CONFIG, "scenes: wanted %s", verb_find("scenes")->usage);
    bool ok = arguments_refuse_others(split, options, error) &&
              option_integer(options, "images", 1, 1000000, &images, error) &&
              option_integer(options, "width", 48, 4096, &width, error) &&
              option_integer(options, "height", 48, 4096, &height, error) &&
              option_integer(options, "seed", 0, INT64_MAX, &seed, error);
    scenes->path = split->positional[0];
    scenes->images = (int)images;
    scenes->width = (int)width;
    scenes->height = (int)height;
    scenes->seed = (uint64_t)seed;
    return ok;
}

bool verb_scenes(struct verb_call *call, struct error *error)
{
    struct option options[] = {
        {"images", true, NULL}, {"width", true, NULL}, {"height", true, NULL},
        {"seed", true, NULL},   {NULL, false, NULL},
    };
    struct arena arena = ARENA_INIT;
    struct arguments split;
    struct scenes_options scenes = scenes_defaults;
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              scenes_read(&split, options, &scenes, error);
    if (ok) {
        struct console *console = console_create(true);
        ok = scenes_write(&scenes, console_progress(console), error);
        console_destroy(&console);
    }
    arena_finish(&arena);
    return ok;
}
