/* info_verbs.c: the verbs that explain, score and draw. */
#include <string.h>

#include "engine/base/arena.h"
#include "engine/base/file.h"
#include "runner/cli/arguments.h"
#include "runner/cli/doctor.h"
#include "runner/cli/help.h"
#include "runner/cli/scenes.h"
#include "runner/cli/verb.h"
#include "runner/config/config.h"
#include "runner/config/place.h"
#include "runner/train/console.h"

extern char **environ;

static bool fail_with_usage(const struct verb *verb, struct error *error)
{
    struct text usage = TEXT_INIT;
    verb_format_usage(verb, &usage);
    error_set(error, ERROR_CONFIG, "%s: wanted %s", verb->name, text_string(&usage));
    error_hint(error, "lrun help %s", verb->name);
    text_finish(&usage);
    return false;
}

/* Fails when there are more than `most` arguments. */
static bool wants_arguments(const struct verb_call *call, int most, struct error *error)
{
    return call->count <= most || fail_with_usage(call->verb, error);
}

bool verb_list(struct verb_call *call, struct error *error)
{
    const char *kind = call->count > 0 ? call->arguments[0] : NULL;
    call->is_help = true;
    return wants_arguments(call, 1, error) && help_format_list(kind, call->style.width, &call->output, error);
}

bool verb_help(struct verb_call *call, struct error *error)
{
    int taken = 0;
    const struct verb *verb = verb_match(call->arguments, call->count, &taken);
    call->is_help = true;
    if (!wants_arguments(call, taken > 1 ? taken : 1, error))
        return false;
    if (call->count == 0)
        verbs_format_help(call->style.width, &call->output);
    else if (verb != NULL)
        verb_format_help(verb, call->style.width, &call->output);
    else
        return help_format(call->arguments[0], call->style.width, &call->output, error);
    return true;
}

/* Loads the configs of a call as far as they can be read: what stands in them decides what a path means. */
static const struct config_node *load_configs(const struct verb_call *call, struct config *config, struct arena *arena)
{
    struct error ignored = ERROR_INIT;
    const char **paths = arena_allocate(arena, (size_t)call->count + 1, sizeof *paths);
    struct config_request request = {.paths = paths, .environment = (const char *const *)environ};
    for (int i = 0; i < call->count && strncmp(call->arguments[i], "--", 2) != 0; i++)
        paths[request.path_count++] = directory_exists(call->arguments[i])
                                          ? arena_format(arena, "%s/config.yaml", call->arguments[i])
                                          : call->arguments[i];
    config_load(config, &request, &ignored);
    return config->root;
}

/* What stands at a place: a component, or the field itself where it holds none or any of its kind. */
static bool format_place(const struct place *place, const char *path, struct verb_call *call, struct error *error)
{
    const struct component *component = place_component(place);
    if (component == NULL && place->field.documentation == NULL) {
        error_set(error, ERROR_CONFIG, "--%s.help: nothing in the config has this place", path);
        return error_hint(error, "'lrun help' shows what there is help for");
    }
    if (component != NULL)
        return help_format(component->name, call->style.width, &call->output, error);
    help_format_field(path, &place->field, call->style.width, &call->output);
    return true;
}

bool verb_help_at(struct verb_call *call, const char *path, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct config config = CONFIG_INIT;
    struct place place = place_of_run(load_configs(call, &config, &arena));
    call->is_help = true;
    bool ok = place_follow(&place, path, &arena);
    if (ok) {
        ok = format_place(&place, path, call, error);
    } else {
        error_set(error, ERROR_CONFIG, "--%s.help: no key of the config is called '%s'", path, path);
        error_hint(error, "'lrun help Config' shows the keys at the top, 'lrun help NAME' those of a component");
    }
    config_finish(&config);
    arena_finish(&arena);
    return ok;
}

bool verb_schema(struct verb_call *call, struct error *error)
{
    return wants_arguments(call, 1, error) &&
           help_format_schema(call->count > 0 ? call->arguments[0] : NULL, &call->output, error);
}

bool verb_doctor(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct option *options = verb_options(call->verb, &arena);
    struct arguments split;
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              (split.positional_count == 0 || fail_with_usage(call->verb, error)) &&
              arguments_refuse_others(&split, options, error);
    if (ok)
        doctor_format(option_value(options, "json") != NULL, &call->output);
    arena_finish(&arena);
    return ok;
}

/* Reads the options into what to draw. */
static bool scenes_read(const struct arguments *split, const struct option *options, struct scenes_options *scenes,
                        struct error *error)
{
    int64_t images = scenes->images, width = scenes->width, height = scenes->height, seed = (int64_t)scenes->seed;
    if (split->positional_count != 1)
        return fail_with_usage(verb_find("scenes"), error);
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
    struct arena arena = ARENA_INIT;
    struct option *options = verb_options(call->verb, &arena);
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
