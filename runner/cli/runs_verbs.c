/* runs_verbs.c: the verbs about runs that were made: `lrun runs` and its like. */
#include <string.h>

#include "engine/base/memory.h"
#include "runner/cli/verb.h"
#include "runner/runs/run_comparison.h"
#include "runner/runs/run_table.h"

/* The names between commas. */
static bool split_names(const char *names, struct arena *arena, struct run_table_request *request, struct error *error)
{
    const char **items = arena_allocate(arena, strlen(names) + 1, sizeof *items);
    for (const char *at = names;; at++) {
        size_t length = strcspn(at, ",");
        if (length == 0)
            return error_set(error, ERROR_CONFIG, "--metrics: wanted names joined by commas, found '%s'", names);
        items[request->metric_count++] = arena_copy_bytes(arena, at, length);
        at += length;
        if (*at == '\0')
            break;
    }
    request->metrics = items;
    return true;
}

static bool read_request(const struct option *options, struct arena *arena, struct run_table_request *request,
                         struct error *error)
{
    int64_t limit = 0;
    const char *metrics = option_value(options, "metrics");
    request->sort = option_value(options, "sort");
    if (!option_integer(options, "limit", 1, INT32_MAX, &limit, error))
        return false;
    request->limit = (size_t)limit;
    return metrics == NULL || split_names(metrics, arena, request, error);
}

static void format_table(const struct run_table *table, const char *root, bool as_json, struct verb_call *call)
{
    if (as_json) {
        run_table_format_json(table, &call->output);
    } else if (table->count > 0) {
        run_table_format(table, call->output_width, &call->output);
    } else {
        char *folder = run_list_folder(root);
        text_format(&call->output, "there are no runs in '%s'\n", folder);
        memory_free(folder);
    }
}

bool verb_runs(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct run_list list = RUN_LIST_INIT;
    struct run_table table = RUN_TABLE_INIT;
    struct run_table_request request = {.limit = 0};
    struct arguments split;
    struct option *options = verb_options(call->verb, &arena);
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              arguments_refuse_others(&split, options, error) && read_request(options, &arena, &request, error);
    if (ok && split.positional_count > 1) {
        ok = error_set(error, ERROR_CONFIG, "runs: wanted one folder, found %zu", split.positional_count);
        error_hint(error, "lrun help runs");
    }
    const char *root = ok && split.positional_count > 0 ? split.positional[0] : NULL;
    ok = ok && run_list_load(&list, root, error) && run_table_make(&table, &list, &request, error);
    if (ok)
        format_table(&table, root, option_value(options, "json") != NULL, call);
    run_table_finish(&table);
    run_list_finish(&list);
    arena_finish(&arena);
    return ok;
}

/* Reads the two runs and compares them. */
static bool compare(struct verb_call *call, const char *const names[2], bool as_json, struct error *error)
{
    struct run_record records[2] = {RUN_RECORD_INIT, RUN_RECORD_INIT};
    struct run_comparison comparison = RUN_COMPARISON_INIT;
    bool ok = true;
    for (int i = 0; i < 2 && ok; i++) {
        char *path = run_find(NULL, names[i], error);
        ok = path != NULL;
        if (ok)
            run_record_load(&records[i], path);
        memory_free(path);
    }
    if (ok)
        run_comparison_make(&comparison, &records[0], &records[1]);
    if (ok && as_json)
        run_comparison_format_json(&comparison, &call->output);
    else if (ok)
        run_comparison_format(&comparison, call->output_width, &call->output);
    run_comparison_finish(&comparison);
    run_record_finish(&records[0]);
    run_record_finish(&records[1]);
    return ok;
}

bool verb_runs_diff(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct arguments split;
    struct option *options = verb_options(call->verb, &arena);
    bool ok = arguments_split(call->arguments, call->count, options, &arena, &split, error) &&
              arguments_refuse_others(&split, options, error);
    if (ok && split.positional_count != 2) {
        ok = error_set(error, ERROR_CONFIG, "runs diff: wanted two runs, found %zu", split.positional_count);
        error_hint(error, "lrun runs diff BEFORE AFTER");
    }
    if (ok) {
        const char *const names[] = {split.positional[0], split.positional[1]};
        ok = compare(call, names, option_value(options, "json") != NULL, error);
    }
    arena_finish(&arena);
    return ok;
}
