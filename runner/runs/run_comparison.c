/* run_comparison.c: two runs against each other. */
#include "runner/runs/run_comparison.h"

#include <string.h>

#include "engine/base/columns.h"
#include "runner/build/json_value.h"

/* A commit and a digest are known by their beginnings. */
#define DIGEST_SHOWN 12

/* A value of environment.json as text; NULL for none. */
static const char *make_text(const json_t *value, struct arena *arena)
{
    if (json_is_string(value))
        return arena_copy_string(arena, json_string_value(value));
    if (json_is_integer(value))
        return arena_format(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    return NULL;
}

static void compare_value(struct environment_changes *changes, const char *key, const json_t *before,
                          const json_t *after)
{
    const char *first = make_text(before, changes->arena), *second = make_text(after, changes->arena);
    if (first == second || (first != NULL && second != NULL && strcmp(first, second) == 0))
        return;
    struct environment_change *grown = arena_allocate(changes->arena, changes->count + 1, sizeof *grown);
    if (changes->count > 0)
        memcpy(grown, changes->items, changes->count * sizeof *grown);
    grown[changes->count++] =
        (struct environment_change){.key = arena_copy_string(changes->arena, key), .before = first, .after = second};
    changes->items = grown;
}

/* The versions of both, in the order of the one, then what only the other has. */
static void compare_versions(struct environment_changes *changes, const json_t *before, const json_t *after)
{
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)before, name, value)
        compare_value(changes, arena_format(changes->arena, "versions.%s", name), value, json_object_get(after, name));
    json_object_foreach ((json_t *)after, name, value)
        if (json_object_get(before, name) == NULL)
            compare_value(changes, arena_format(changes->arena, "versions.%s", name), NULL, value);
}

void environment_compare(const json_t *before, const json_t *after, struct environment_changes *changes)
{
    static const char *const keys[] = {"git_commit", "git_dirty", "git_patch", "host",   "processor",
                                       "cores",      "threads",   "device",    "devices"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        compare_value(changes, keys[i], json_object_get(before, keys[i]), json_object_get(after, keys[i]));
    compare_versions(changes, json_object_get(before, "versions"), json_object_get(after, "versions"));
}

/* The value as it is shown: a digest by its beginning. */
static void append_value(const char *key, const char *value, struct text *text)
{
    bool is_digest = strncmp(key, "git_", 4) == 0;
    text_format(text, "%.*s", is_digest ? DIGEST_SHOWN : -1, value != NULL ? value : "(none)");
}

static void append_change(const struct environment_change *change, struct text *text)
{
    append_value(change->key, change->before, text);
    text_append(text, " -> ");
    append_value(change->key, change->after, text);
}

/* Whether the numbers may be others by this, and the run says what it was made with. */
static bool is_code(const struct environment_change *change, const json_t *before)
{
    if (strcmp(change->key, "git_patch") == 0)
        return json_object_get(before, "git_patch") != NULL;
    return change->before != NULL &&
           (strcmp(change->key, "git_commit") == 0 || strncmp(change->key, "versions.", 9) == 0);
}

void environment_format_rerun(const char *directory, const json_t *now, struct text *text)
{
    struct arena arena = ARENA_INIT;
    struct environment_changes changes = {.arena = &arena};
    json_t *before = run_record_load_environment(directory);
    size_t count = 0;
    environment_compare(before, now, &changes);
    for (size_t i = 0; i < changes.count; i++) {
        const struct environment_change *change = &changes.items[i];
        if (!is_code(change, before))
            continue;
        if (count++ == 0)
            text_format(text, "%s was made with other code: ", directory);
        text_format(text, "%s%s ", count > 1 ? ", " : "", change->key);
        append_change(change, text);
    }
    json_decref(before);
    arena_finish(&arena);
}

static void add_metrics(struct run_comparison *comparison, const struct metrics_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        bool known = strcmp(table->columns[i], "epoch") == 0 || strcmp(table->columns[i], "step") == 0;
        for (size_t j = 0; j < comparison->metric_count && !known; j++)
            known = strcmp(comparison->metrics[j], table->columns[i]) == 0;
        if (!known)
            comparison->metrics[comparison->metric_count++] = table->columns[i];
    }
}

void run_comparison_make(struct run_comparison *comparison, const struct run_record *before,
                         const struct run_record *after)
{
    comparison->before = before;
    comparison->after = after;
    comparison->config.arena = &comparison->arena;
    comparison->environment.arena = &comparison->arena;
    if (before->config.root != NULL && after->config.root != NULL)
        config_diff(before->config.root, after->config.root, &comparison->config);
    environment_compare(before->environment, after->environment, &comparison->environment);
    size_t most = before->metrics.column_count + after->metrics.column_count;
    comparison->metrics = arena_allocate(&comparison->arena, most + 1, sizeof *comparison->metrics);
    add_metrics(comparison, &before->metrics);
    add_metrics(comparison, &after->metrics);
}

static void format_config(const struct run_comparison *comparison, struct text *text)
{
    const struct run_record *sides[] = {comparison->before, comparison->after};
    text_append(text, "config\n");
    for (int i = 0; i < 2; i++)
        if (sides[i]->damage != NULL)
            text_format(text, "  %s: %s\n", run_record_name(sides[i]), sides[i]->damage);
    struct text lines = TEXT_INIT;
    config_changes_format(&comparison->config, &lines);
    for (const char *at = text_string(&lines); *at != '\0'; at += strcspn(at, "\n") + 1)
        text_format(text, "  %.*s\n", (int)strcspn(at, "\n"), at);
    if (comparison->config.count == 0 && sides[0]->config.root != NULL && sides[1]->config.root != NULL)
        text_append(text, "  no difference\n");
    text_finish(&lines);
}

static void format_environment(const struct environment_changes *changes, struct text *text)
{
    text_append(text, changes->count > 0 ? "environment\n" : "environment\n  no difference\n");
    for (size_t i = 0; i < changes->count; i++) {
        const struct environment_change *change = &changes->items[i];
        text_format(text, "  %s: ", change->key);
        append_change(change, text);
        text_append_char(text, '\n');
    }
}

/* The run's name, or its path where both have one name. */
static const char *title(const struct run_comparison *comparison, const struct run_record *run)
{
    bool is_clear = strcmp(run_record_name(comparison->before), run_record_name(comparison->after)) != 0;
    return is_clear ? run_record_name(run) : run->path;
}

/* Each run's best and last number of a metric, and the epoch of the best. */
static void set_numbers(struct columns *columns, size_t first, const struct run_record *run, const char *metric)
{
    struct metric_moment moment;
    if (run_record_best(run, metric, &moment)) {
        columns_set(columns, first, "%.4g", moment.number);
        if (moment.epoch >= 0)
            columns_set(columns, first + 1, "%.0f", moment.epoch);
    }
    if (run_record_last(run, metric, &moment))
        columns_set(columns, first + 2, "%.4g", moment.number);
}

static void format_result(const struct run_comparison *comparison, int width, struct text *text)
{
    const struct run_record *sides[] = {comparison->before, comparison->after};
    struct columns columns = COLUMNS_INIT;
    text_append(text, "result\n");
    for (int i = 0; i < 2; i++)
        text_format(text, "  %s %s: %s, %lld steps%s%s\n", i == 0 ? "before" : "after ", title(comparison, sides[i]),
                    run_phase_name(sides[i]->state.phase),
                    (long long)(sides[i]->state.steps > 0 ? sides[i]->state.steps : 0),
                    sides[i]->state.message[0] != '\0' ? ": " : "", sides[i]->state.message);
    if (comparison->metric_count == 0)
        return;
    columns_add(&columns, "  best", COLUMN_TEXT);
    for (int i = 0; i < 2; i++) {
        columns_add(&columns, i == 0 ? "before" : "after", COLUMN_NUMBER);
        columns_add(&columns, "epoch", COLUMN_NUMBER);
        columns_add(&columns, "last", COLUMN_NUMBER);
    }
    for (size_t i = 0; i < comparison->metric_count; i++) {
        columns_row(&columns);
        columns_set(&columns, 0, "  %s", comparison->metrics[i]);
        set_numbers(&columns, 1, sides[0], comparison->metrics[i]);
        set_numbers(&columns, 4, sides[1], comparison->metrics[i]);
    }
    columns_format(&columns, width, text);
    columns_finish(&columns);
}

void run_comparison_format(const struct run_comparison *comparison, int width, struct text *text)
{
    format_config(comparison, text);
    format_environment(&comparison->environment, text);
    format_result(comparison, width, text);
}

static json_t *make_environment(const struct environment_changes *changes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < changes->count; i++) {
        json_t *change = json_object();
        json_object_set_new(change, "key", json_string(changes->items[i].key));
        json_object_set_new(change, "before", json_value_create_text(changes->items[i].before));
        json_object_set_new(change, "after", json_value_create_text(changes->items[i].after));
        json_array_append_new(list, change);
    }
    return list;
}

static json_t *make_result(const struct run_comparison *comparison)
{
    json_t *list = json_array();
    for (size_t i = 0; i < comparison->metric_count; i++) {
        const char *metric = comparison->metrics[i];
        json_t *result = json_object();
        json_object_set_new(result, "metric", json_value_create_text(metric));
        json_object_set_new(result, "before", run_record_describe_metric(comparison->before, metric));
        json_object_set_new(result, "after", run_record_describe_metric(comparison->after, metric));
        json_array_append_new(list, result);
    }
    return list;
}

void run_comparison_format_json(const struct run_comparison *comparison, struct text *json)
{
    json_t *object = json_object();
    json_object_set_new(object, "before", json_value_create_text(comparison->before->path));
    json_object_set_new(object, "after", json_value_create_text(comparison->after->path));
    json_object_set_new(object, "config", config_changes_describe(&comparison->config));
    json_object_set_new(object, "environment", make_environment(&comparison->environment));
    json_object_set_new(object, "result", make_result(comparison));
    json_value_format(object, json);
    json_decref(object);
}

void run_comparison_finish(struct run_comparison *comparison)
{
    arena_finish(&comparison->arena);
    *comparison = (struct run_comparison)RUN_COMPARISON_INIT;
}
