/* run_record.c: a run directory read back. */
#include "runner/runs/run_record.h"

#include <math.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/numbered_directory.h"
#include "runner/build/json_value.h"
#include "runner/build/registry.h"
#include "runner/runs/watched.h"
#include "runner/train/run_directory.h"

#define TEXT_BYTES_MAX ((size_t)1 << 20)

/* The first thing that could not be read is what is told. */
static void add_damage(struct run_record *record, const char *what, const char *detail)
{
    if (record->damage == NULL)
        record->damage = arena_format(&record->arena, "%s%s", what, detail);
}

static const char *path_of(struct run_record *record, const char *name)
{
    return arena_format(&record->arena, "%s/%s", record->path, name);
}

/* A small file as text; NULL when it cannot be read. */
static const char *read_text(struct run_record *record, const char *name)
{
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    const char *copy = NULL;
    if (file_read(path_of(record, name), TEXT_BYTES_MAX, &bytes, ERROR_STORAGE, &error))
        copy = arena_copy_bytes(&record->arena, text_string(&bytes), bytes.length);
    text_finish(&bytes);
    return copy;
}

static void load_config(struct run_record *record)
{
    struct error error = ERROR_INIT;
    const char *path = path_of(record, "config.yaml");
    const struct config_request request = {.paths = &path, .path_count = 1};
    if (!file_exists(path)) {
        add_damage(record, "has no ", "config.yaml");
        return;
    }
    if (config_load(&record->config, &request, &error) && config_check(&record->config, &error))
        return;
    const struct problems *problems = &record->config.problems;
    add_damage(record, "config.yaml: ", problems->count > 0 ? problems->items[0].message : error.message);
    record->config.root = NULL;
}

json_t *run_record_load_environment(const char *path)
{
    struct arena arena = ARENA_INIT;
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    json_t *json = NULL;
    if (file_read(arena_format(&arena, "%s/environment.json", path), TEXT_BYTES_MAX, &bytes, ERROR_STORAGE, &error))
        json = json_loadb(text_string(&bytes), bytes.length, 0, NULL);
    text_finish(&bytes);
    arena_finish(&arena);
    return json;
}

static void load_environment(struct run_record *record)
{
    record->environment = run_record_load_environment(record->path);
    if (!json_is_object(record->environment))
        add_damage(record, "has no readable ", "environment.json");
}

static void load_command_line(struct run_record *record)
{
    const char *text = read_text(record, "command_line.txt");
    record->command_line = text != NULL ? arena_copy_bytes(&record->arena, text, strcspn(text, "\n")) : "";
}

/* The first item of this type, of a list of components, whose field has a value. */
static const struct config_node *find_item(const struct config_node *list, const char *type, const char *field)
{
    for (size_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->count; i++) {
        const struct config_node *item = list->items[i], *value = config_node_find(item, field);
        if (value != NULL && value->kind == NODE_SCALAR && item->component != NULL &&
            strcmp(item->component->name, type) == 0)
            return item;
    }
    return NULL;
}

/* The file that the logger writes; it says nothing before the first number. */
static void load_metrics(struct run_record *record)
{
    struct error error = ERROR_INIT;
    const struct config_node *logger = find_item(run_record_find(record, "trainer.logger"), "CSVLogger", "filename");
    const char *name = logger != NULL ? config_node_find(logger, "filename")->text : "metrics.csv";
    const char *path = path_of(record, name);
    if (!file_exists(path) || metrics_table_load(&record->metrics, path, &error))
        return;
    add_damage(record, "", error.message);
    metrics_table_finish(&record->metrics);
}

static void load_state(struct run_record *record)
{
    run_state_load(record->path, &record->state);
    struct metric_moment last;
    if (record->state.epochs < 0 && run_record_last(record, "epoch", &last))
        record->state.epochs = (int64_t)last.epoch + 1;
    if (record->state.steps < 0 && run_record_last(record, "step", &last))
        record->state.steps = (int64_t)last.step + 1;
}

void run_record_load(struct run_record *record, const char *path)
{
    record->path = arena_copy_string(&record->arena, path);
    record->number = numbered_directory_number(run_record_name(record), RUN_DIRECTORY_PREFIX);
    load_config(record);
    load_environment(record);
    load_command_line(record);
    load_metrics(record);
    load_state(record);
}

const char *run_record_name(const struct run_record *record)
{
    const char *slash = strrchr(record->path, '/');
    return slash != NULL ? slash + 1 : record->path;
}

const char *run_record_environment(const struct run_record *record, const char *key)
{
    return json_string_value(json_object_get(record->environment, key));
}

const struct config_node *run_record_find(const struct run_record *record, const char *path)
{
    return config_node_find_path(record->config.root, path);
}

const char *run_record_monitor(const struct run_record *record)
{
    return watched_metric(record->config.root);
}

enum monitor_mode run_record_mode(const struct run_record *record, const char *metric)
{
    return watched_mode(record->config.root, metric);
}

bool run_record_best(const struct run_record *record, const char *metric, struct metric_moment *best)
{
    int column = metrics_table_find(&record->metrics, metric);
    return column >= 0 && metrics_table_best(&record->metrics, column, run_record_mode(record, metric), best);
}

bool run_record_last(const struct run_record *record, const char *metric, struct metric_moment *last)
{
    int column = metrics_table_find(&record->metrics, metric);
    return column >= 0 && metrics_table_last(&record->metrics, column, last);
}

json_t *run_record_describe_metric(const struct run_record *record, const char *metric)
{
    struct metric_moment best, last;
    if (!run_record_last(record, metric, &last))
        return json_null();
    json_t *json = json_object();
    if (run_record_best(record, metric, &best)) {
        json_object_set_new(json, "best", json_real(best.number));
        json_object_set_new(json, "epoch", json_value_create_number(best.epoch));
        json_object_set_new(json, "step", json_value_create_number(best.step));
    }
    json_object_set_new(json, "last", isfinite(last.number) ? json_real(last.number) : json_null());
    return json;
}

void run_record_finish(struct run_record *record)
{
    config_finish(&record->config);
    json_decref(record->environment);
    metrics_table_finish(&record->metrics);
    arena_finish(&record->arena);
    *record = (struct run_record)RUN_RECORD_INIT;
}
