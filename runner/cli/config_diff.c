/* config_diff.c: `lrun config diff BEFORE AFTER`. */
#include "runner/config/diff.h"

#include <string.h>

#include "engine/base/file.h"
#include "runner/cli/revision.h"
#include "runner/cli/verb.h"
#include "runner/config/config.h"

#define DIFFERENT 1

extern char **environ;

/* One of the two configs. */
struct side {
    struct arena arena;
    struct revision revision;
    struct config config;
};

/* A run directory stands for the config in it, REVISION:PATH for a file of that revision. */
static const char *find_path(struct side *side, const char *argument, struct error *error)
{
    if (directory_exists(argument))
        return arena_format(&side->arena, "%s/config.yaml", argument);
    if (!revision_is_named(argument))
        return argument;
    return revision_open(&side->revision, argument, error) ? side->revision.path : NULL;
}

/* A report calls the files of a revision by their names in it. */
static void append_report(const struct side *side, const struct text *report, struct text *text)
{
    const char *at = text_string(report), *top = side->revision.top, *hit = NULL;
    while (top != NULL && (hit = strstr(at, top)) != NULL) {
        text_append_bytes(text, at, (size_t)(hit - at));
        text_append(text, side->revision.name);
        at = hit + strlen(top);
    }
    text_append(text, at);
}

static bool side_load(struct side *side, const char *argument, struct verb_call *call, struct error *error)
{
    const char *path = find_path(side, argument, error);
    if (path == NULL)
        return false;
    const struct config_request request = {
        .paths = &path, .path_count = 1, .environment = (const char *const *)environ};
    bool ok = config_load(&side->config, &request, error) && config_check(&side->config, error);
    struct text report = TEXT_INIT;
    if (ok)
        config_report_notes(&side->config, &call->style, &report);
    else
        config_report(&side->config, &call->style, &report);
    append_report(side, &report, ok ? &call->notes : &call->report);
    text_finish(&report);
    return ok;
}

static void side_finish(struct side *side)
{
    config_finish(&side->config);
    revision_close(&side->revision);
    arena_finish(&side->arena);
}

static void format_changes(struct verb_call *call, const struct side sides[2], bool as_json, struct arena *arena)
{
    struct config_changes changes = {.arena = arena};
    config_diff(sides[0].config.root, sides[1].config.root, &changes);
    if (as_json)
        config_changes_format_json(&changes, &call->output);
    else
        config_changes_format(&changes, &call->output);
    call->status = changes.count > 0 ? DIFFERENT : 0;
}

bool verb_config_diff(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct side sides[2] = {{.config = CONFIG_INIT}, {.config = CONFIG_INIT}};
    struct arguments split;
    struct option *options = verb_options(call->verb, &arena);
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              arguments_refuse_others(&split, options, error);
    if (ok && split.positional_count != 2) {
        ok = error_set(error, ERROR_CONFIG, "config diff: wanted two configs, found %zu", split.positional_count);
        error_hint(error, "lrun config diff BEFORE AFTER");
    }
    ok = ok && side_load(&sides[0], split.positional[0], call, error) &&
         side_load(&sides[1], split.positional[1], call, error);
    if (ok)
        format_changes(call, sides, option_value(options, "json") != NULL, &arena);
    side_finish(&sides[0]);
    side_finish(&sides[1]);
    arena_finish(&arena);
    return ok;
}
