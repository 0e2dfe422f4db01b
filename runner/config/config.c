/* config.c: the door: files and a command line become one checked tree. */
#include "runner/config/config.h"

#include <assert.h>
#include <string.h>

#include "engine/base/file.h"
#include "runner/config/check.h"
#include "runner/config/layer.h"
#include "runner/config/override.h"
#include "runner/config/yaml.h"

/* Keeps a file's text; false after adding a problem. */
static bool read_source(struct config *config, const char *path, struct source *source)
{
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    bool ok = file_read(path, YAML_FILE_BYTES_MAX, &bytes, ERROR_CONFIG, &error);
    if (ok) {
        /* Some editors mark UTF-8 by three bytes at the start, which nobody sees. */
        size_t skip = bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        *source = (struct source){.name = path, .length = bytes.length - skip};
        source->text = arena_copy_bytes(&config->arena, bytes.data + skip, source->length);
        sources_add(&config->sources, &config->arena, *source);
    } else {
        problem_add(&config->problems, (struct span){.width = 0}, "%s", error.message);
    }
    text_finish(&bytes);
    return ok;
}

/* Lays one file over what was read before; false after adding a problem. */
static bool load_file(struct config *config, const char *path)
{
    struct source source = {.name = path};
    if (!read_source(config, path, &source))
        return false;
    struct mark origin = {.source = path, .line = 1, .column = 1};
    struct config_node *tree = yaml_parse(&config->arena, source.text, source.length, origin, &config->problems);
    if (tree == NULL)
        return false;
    struct config_node *under = config->root != NULL && config->root->kind != NODE_NULL ? config->root : NULL;
    if (under == NULL || tree->kind != NODE_NULL)
        config->root = layer_put(&config->problems, under, tree);
    return true;
}

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
    bool ok = true;
    for (size_t i = 0; i < request->path_count; i++)
        ok = load_file(config, request->paths[i]) && ok;
    if (!ok)
        return fail_with_problems(config, error);
    if (config->root == NULL)
        config->root = config_node_create(&config->arena, NODE_NULL, (struct span){.width = 0});
    config->root =
        override_apply(&config->arena, config->root, request->arguments, request->argument_count, &config->problems);
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
    config_node_format(config->root, yaml);
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
