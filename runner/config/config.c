/* config.c: the door: files and a command line become one checked tree. */
#include "runner/config/config.h"

#include <assert.h>

#include "runner/config/check.h"
#include "runner/config/compose.h"
#include "runner/config/override.h"
#include "runner/config/references.h"
#include "runner/config/variables.h"

static bool fail_with_problems(struct config *config, struct error *error)
{
    problems_sort(&config->problems, &config->sources);
    size_t count = config->problems.count + config->problems.left_out;
    const struct problem *first = &config->problems.items[0];
    error_set(error, ERROR_CONFIG, "%zu problem%s in the config", count, count == 1 ? "" : "s");
    return error_mark(error, first->span.mark);
}

bool config_load(struct config *config, const struct config_request *request, struct error *error)
{
    assert(config->root == NULL);
    config->problems.arena = &config->arena;
    config->sources.arguments = request->arguments;
    config->sources.argument_count = request->argument_count;
    struct composer composer = {.arena = &config->arena, .sources = &config->sources, .problems = &config->problems};
    struct config_node *root = NULL;
    for (size_t i = 0; i < request->path_count; i++)
        root = compose_file(&composer, root, request->paths[i]);
    if (composer.failed)
        return fail_with_problems(config, error);
    if (root == NULL)
        root = config_node_create(&config->arena, NODE_NULL, (struct span){.width = 0});
    root = variables_apply(&composer, root, request->variables);
    root = override_apply(&composer, root, COMMAND_LINE, request->arguments, request->argument_count);
    if (composer.failed)
        return fail_with_problems(config, error);
    references_resolve(&composer, root, request->environment);
    config->root = root;
    return true;
}

bool config_check(struct config *config, struct error *error)
{
    assert(config->root != NULL);
    config->root = check_run(&config->arena, config->root, &config->problems);
    return config->problems.count == 0 || fail_with_problems(config, error);
}

void config_format(const struct config *config, struct text *yaml)
{
    struct arena arena = ARENA_INIT;
    config_node_format(references_escape(&arena, config->root), yaml);
    arena_finish(&arena);
}

void config_report(const struct config *config, const struct report_style *style, struct text *text)
{
    config_report_notes(config, style, text);
    report_problems(&config->sources, &config->problems, style, text);
}

void config_report_notes(const struct config *config, const struct report_style *style, struct text *text)
{
    report_notes(&config->sources, &config->problems, style, text);
}

void config_report_error(const struct config *config, const struct error *error, const struct report_style *style,
                         struct text *text)
{
    report_error(&config->sources, error, style, text);
}

void config_finish(struct config *config)
{
    arena_finish(&config->arena);
    *config = (struct config)CONFIG_INIT;
}
