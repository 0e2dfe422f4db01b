/* assembly.c: from a run verb's arguments to the objects of a run. */
#include "runner/cli/assembly.h"

#include <string.h>

#include "engine/base/file.h"
#include "runner/build/bind.h"

extern char **environ;

/* A run directory stands for the config in it. */
static const char *config_path(struct assembly *assembly, const char *path)
{
    if (!directory_exists(path))
        return path;
    assembly->parts.run_directory = path;
    return arena_format(&assembly->arena, "%s/config.yaml", path);
}

bool assembly_load(struct assembly *assembly, const struct arguments *split, struct error *error)
{
    if (split->positional_count == 0) {
        error_set(error, ERROR_CONFIG, "wanted a config file");
        return error_hint(error, "lrun CONFIG.yaml; 'lrun help' shows the verbs");
    }
    const char **paths = arena_allocate(&assembly->arena, split->positional_count, sizeof *paths);
    for (size_t i = 0; i < split->positional_count; i++)
        paths[i] = config_path(assembly, split->positional[i]);
    const struct config_request request = {
        .paths = paths,
        .path_count = split->positional_count,
        .arguments = split->others,
        .argument_count = split->other_count,
        .environment = (const char *const *)environ,
        .variables = (const char *const *)environ,
    };
    return config_load(&assembly->config, &request, error) && config_check(&assembly->config, error);
}

/* What the config was made from, for the run directory. */
static void find_provenance(struct assembly *assembly)
{
    const struct sources *sources = &assembly->config.sources;
    struct provenance_source *items = arena_allocate(&assembly->arena, sources->count + 1, sizeof *items);
    for (size_t i = 0; i < sources->count; i++)
        items[i] = (struct provenance_source){sources->items[i].name, sources->items[i].text, sources->items[i].length};
    const char **variables = arena_allocate(&assembly->arena, sources->variable_count + 1, sizeof *variables);
    for (size_t i = 0; i < sources->variable_count; i++)
        variables[i] = sources->variables[i].text;
    assembly->provenance = (struct provenance){
        .sources = items,
        .source_count = sources->count,
        .overrides = sources->arguments,
        .override_count = sources->argument_count,
        .variables = variables,
        .variable_count = sources->variable_count,
        .repeats = assembly->parts.run_directory,
    };
    assembly->parts.provenance = &assembly->provenance;
}

/* Which stages there are only the model's graph says. */
static const struct mark *find_stage_marks(struct assembly *assembly)
{
    const struct config_node *list = config_node_find_path(assembly->config.root, "trainer.activation_checkpointing");
    if (list == NULL)
        return NULL;
    struct mark *marks = arena_allocate(&assembly->arena, list->count + 1, sizeof *marks);
    marks[0] = list->span.mark;
    for (size_t i = 0; i < list->count; i++)
        marks[i] = list->items[i]->span.mark;
    return marks;
}

bool assembly_build(struct assembly *assembly, const struct verb_call *call, struct error *error)
{
    const struct config_node *root = assembly->config.root;
    assembly->run = bind_create(root->component, root, &assembly->arena, error);
    if (assembly->run == NULL)
        return false;
    const struct run_params *params = &assembly->run->params;
    struct text yaml = TEXT_INIT;
    config_format(&assembly->config, &yaml);
    assembly->trainer = params->trainer;
    assembly->parts.model = params->model;
    assembly->parts.data = params->data;
    assembly->parts.optimizer = params->optimizer;
    assembly->parts.lr_scheduler = params->lr_scheduler;
    assembly->parts.seed = (uint64_t)params->seed_everything;
    assembly->parts.config_text = arena_copy_string(&assembly->arena, text_string(&yaml));
    assembly->parts.command_line = call->command_line;
    assembly->parts.stage_marks = find_stage_marks(assembly);
    find_provenance(assembly);
    assembly->parts.console = assembly->console;
    assembly->parts.optimizer_name = config_node_find(root, "optimizer")->component->name;
    text_finish(&yaml);
    return true;
}

/* What loading changed is said at once, before a run of hours begins. */
static void show_notes(struct assembly *assembly, const struct report_style *style)
{
    struct text notes = TEXT_INIT;
    config_report_notes(&assembly->config, style, &notes);
    console_notes(assembly->console, text_string(&notes));
    text_finish(&notes);
}

bool assembly_open(struct assembly *assembly, struct verb_call *call, struct option *options, struct error *error)
{
    struct arguments split;
    if (!arguments_split(call->arguments, call->count, options, &assembly->arena, &split, error) ||
        !assembly_load(assembly, &split, error))
        return false;
    assembly->console = console_create(true);
    show_notes(assembly, &call->style);
    return (option_value(options, "print_config") != NULL || assembly_build(assembly, call, error));
}

void assembly_close(struct assembly *assembly, struct verb_call *call, struct error *error)
{
    if (assembly->config.problems.count > 0)
        config_report(&assembly->config, &call->style, &call->report);
    else if (error_is_set(error) && error->mark.source != NULL)
        config_report_error(&assembly->config, error, &call->style, &call->report);
    console_destroy(&assembly->console);
    run_destroy(&assembly->run);
    config_finish(&assembly->config);
    arena_finish(&assembly->arena);
}
