/* state.c: lightning_logs/sweep_N. */
#include "runner/sweep/state.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/numbered_directory.h"
#include "engine/base/text.h"
#include "runner/train/run_directory.h"

#define PREFIX "sweep_"
#define STATE_FILE "sweep.json"
#define FORMAT "lrun.sweep/1"
#define STATE_BYTES_MAX ((size_t)64 << 20)

static const char *const state_names[SWEEP_RUN_STATE_COUNT] = {"waiting", "running", "stopped", "failed", "done"};
static const char *const mode_names[] = {"min", "max"};

const char *sweep_run_state_name(enum sweep_run_state state)
{
    return state_names[state];
}

/* "lightning_logs/sweep_0/logs/version_3.log" */
static char *version_path(const struct sweep *sweep, const char *folder, size_t run, const char *end)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/%sversion_%zu%s", sweep->directory, folder, run, end);
    return text_take(&path);
}

char *sweep_config_path(const struct sweep *sweep, size_t run)
{
    return version_path(sweep, "configs/", run, ".yaml");
}

char *sweep_log_path(const struct sweep *sweep, size_t run)
{
    return version_path(sweep, "logs/", run, ".log");
}

char *sweep_run_path(const struct sweep *sweep, size_t run)
{
    return version_path(sweep, "", run, "");
}

char *sweep_metrics_path(const struct sweep *sweep, size_t run)
{
    return version_path(sweep, "", run, "/metrics.csv");
}

static char *path_in(const char *directory, const char *name)
{
    struct text path = TEXT_INIT;
    text_format(&path, "%s/%s", directory, name);
    return text_take(&path);
}

bool sweep_is_there(const char *directory)
{
    char *path = path_in(directory, STATE_FILE);
    bool is_there = file_exists(path);
    memory_free(path);
    return is_there;
}

size_t sweep_count(const struct sweep *sweep, enum sweep_run_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep->run_count; i++)
        count += sweep->runs[i].state == state;
    return count;
}

static json_t *strings_format(const char *const *strings, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_stringn_nocheck(strings[i], strlen(strings[i])));
    return array;
}

static json_t *run_format(const struct sweep *sweep, const struct sweep_run *run)
{
    json_t *json = json_object();
    json_object_set_new(json, "values", strings_format(run->values, sweep->key_count));
    json_object_set_new(json, "state", json_string(state_names[run->state]));
    json_object_set_new(json, "status", json_integer(run->status));
    json_object_set_new(json, "message", json_string_nocheck(run->message));
    json_object_set_new(json, "seconds", json_real(run->seconds));
    json_object_set_new(json, "epochs", json_integer(run->epochs));
    return json;
}

static char *sweep_format(const struct sweep *sweep)
{
    json_t *json = json_object(), *runs = json_array();
    json_object_set_new(json, "format", json_string(FORMAT));
    json_object_set_new(json, "command_line", json_string_nocheck(sweep->command_line));
    json_object_set_new(json, "digest", json_string(sweep->digest));
    json_object_set_new(json, "jobs", json_integer(sweep->jobs));
    json_object_set_new(json, "monitor", json_string_nocheck(sweep->monitor));
    json_object_set_new(json, "mode", json_string(mode_names[sweep->mode]));
    json_object_set_new(json, "keys", strings_format(sweep->keys, sweep->key_count));
    for (size_t i = 0; i < sweep->run_count; i++)
        json_array_append_new(runs, run_format(sweep, &sweep->runs[i]));
    json_object_set_new(json, "runs", runs);
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(json);
    return text;
}

bool sweep_save(const struct sweep *sweep, struct error *error)
{
    char *path = path_in(sweep->directory, STATE_FILE), *text = sweep_format(sweep);
    bool ok = durable_file_save(path, text, strlen(text), error);
    free(text);
    memory_free(path);
    return ok;
}

static bool lock_directory(struct sweep *sweep, struct progress *progress, struct error *error)
{
    char *path = path_in(sweep->directory, ".lock");
    bool ok = lock_take(&sweep->lock, path, progress, error);
    memory_free(path);
    return ok;
}

/* The folders and the configs, so that sweep.json, which comes last, makes it a sweep. */
static bool write_configs(const struct sweep *sweep, const char *const *configs, struct error *error)
{
    char *folder = path_in(sweep->directory, "configs"), *logs = path_in(sweep->directory, "logs");
    bool ok = directory_create(folder, error) && directory_create(logs, error);
    for (size_t i = 0; i < sweep->run_count && ok; i++) {
        char *path = sweep_config_path(sweep, i);
        ok = durable_file_save(path, configs[i], strlen(configs[i]), error);
        memory_free(path);
    }
    memory_free(folder);
    memory_free(logs);
    return ok;
}

bool sweep_create(struct sweep *sweep, const char *root, const char *const *configs, struct progress *progress,
                  struct error *error)
{
    char *logs = run_directory_logs(root);
    if (directory_create(logs, error))
        sweep->directory = numbered_directory_create(logs, PREFIX, error);
    bool ok = sweep->directory != NULL && lock_directory(sweep, progress, error) &&
              write_configs(sweep, configs, error) && sweep_save(sweep, error) && durable_directory_sync(logs, error);
    if (!ok && sweep->directory != NULL) {
        struct error ignored = ERROR_INIT;
        directory_remove(sweep->directory, &ignored);
    }
    memory_free(logs);
    return ok;
}

/* The place of a name in a list of `count`; -1 when it is none of them. */
static int find_name(const char *const *names, int count, const json_t *json)
{
    const char *name = json_string_value(json);
    for (int i = 0; name != NULL && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* A list of exactly `count` strings; NULL when it is none. */
static const char **strings_parse(const json_t *array, size_t count, struct arena *arena)
{
    const char **strings = arena_allocate(arena, count + 1, sizeof *strings);
    if (!json_is_array(array) || json_array_size(array) != count)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!json_is_string(json_array_get(array, i)))
            return NULL;
        strings[i] = arena_copy_string(arena, json_string_value(json_array_get(array, i)));
    }
    return strings;
}

/* False when it is no run. One that was running is stopped: its process ended with the sweep's. */
static bool run_parse(struct sweep *sweep, const json_t *json, struct sweep_run *run)
{
    const json_t *status = json_object_get(json, "status"), *seconds = json_object_get(json, "seconds");
    const json_t *message = json_object_get(json, "message"), *epochs = json_object_get(json, "epochs");
    int state = find_name(state_names, SWEEP_RUN_STATE_COUNT, json_object_get(json, "state"));
    run->values = strings_parse(json_object_get(json, "values"), sweep->key_count, &sweep->arena);
    if (state < 0 || run->values == NULL || !json_is_integer(status) || !json_is_number(seconds) ||
        !json_is_string(message) || !json_is_integer(epochs))
        return false;
    run->state = state == SWEEP_RUN_RUNNING ? SWEEP_RUN_STOPPED : (enum sweep_run_state)state;
    run->status = (int)json_integer_value(status);
    run->seconds = json_number_value(seconds);
    run->message = arena_copy_string(&sweep->arena, json_string_value(message));
    run->epochs = json_integer_value(epochs);
    return true;
}

/* The first thing that is wrong with it; NULL when nothing is. */
static const char *sweep_parse(struct sweep *sweep, const json_t *json)
{
    const json_t *format = json_object_get(json, "format"), *runs = json_object_get(json, "runs");
    const json_t *jobs = json_object_get(json, "jobs"), *keys = json_object_get(json, "keys");
    const char *texts[3], *const names[] = {"command_line", "digest", "monitor"};
    if (!json_is_string(format) || strcmp(json_string_value(format), FORMAT) != 0)
        return "its format is not " FORMAT;
    for (int i = 0; i < 3; i++) {
        const json_t *text = json_object_get(json, names[i]);
        if (!json_is_string(text))
            return "a text is missing";
        texts[i] = arena_copy_string(&sweep->arena, json_string_value(text));
    }
    int mode = find_name(mode_names, 2, json_object_get(json, "mode"));
    sweep->key_count = json_array_size(keys);
    sweep->keys = strings_parse(keys, sweep->key_count, &sweep->arena);
    if (sweep->keys == NULL || mode < 0 || !json_is_integer(jobs) || json_integer_value(jobs) < 1)
        return "keys, mode or jobs are missing";
    sweep->command_line = texts[0];
    sweep->digest = texts[1];
    sweep->monitor = texts[2];
    sweep->mode = (enum monitor_mode)mode;
    sweep->jobs = json_integer_value(jobs);
    sweep->run_count = json_array_size(runs);
    sweep->runs = arena_allocate(&sweep->arena, sweep->run_count + 1, sizeof *sweep->runs);
    for (size_t i = 0; i < sweep->run_count; i++)
        if (!run_parse(sweep, json_array_get(runs, i), &sweep->runs[i]))
            return "a run is not readable";
    return sweep->run_count > 0 ? NULL : "it has no runs";
}

static bool sweep_load(struct sweep *sweep, struct error *error)
{
    struct text bytes = TEXT_INIT;
    char *path = path_in(sweep->directory, STATE_FILE);
    bool ok = file_read(path, STATE_BYTES_MAX, &bytes, ERROR_STORAGE, error);
    if (ok) {
        json_error_t failure;
        json_t *json = json_loadb(text_string(&bytes), bytes.length, 0, &failure);
        const char *wrong = json == NULL ? failure.text : sweep_parse(sweep, json);
        json_decref(json);
        ok = wrong == NULL || error_set(error, ERROR_STORAGE, "'%s' is damaged: %s", path, wrong);
        if (!ok)
            error_hint(error, "its runs are as they were, in '%s'; begin a new sweep for the others", sweep->directory);
    }
    text_finish(&bytes);
    memory_free(path);
    return ok;
}

bool sweep_open(struct sweep *sweep, const char *directory, struct progress *progress, struct error *error)
{
    sweep->directory = memory_copy_string(directory);
    if (!lock_directory(sweep, progress, error) || !sweep_load(sweep, error))
        return false;
    durable_directory_clean(directory);
    return true;
}

/* True when it is a sweep of such runs. */
static bool has_digest(const char *directory, const char *digest)
{
    struct sweep sweep = SWEEP_INIT;
    struct error error = ERROR_INIT;
    sweep.directory = memory_copy_string(directory);
    bool has = sweep_load(&sweep, &error) && strcmp(sweep.digest, digest) == 0;
    sweep_finish(&sweep);
    return has;
}

char *sweep_find(const char *root, const char *digest)
{
    char *logs = run_directory_logs(root), *found = NULL;
    int64_t highest = -1;
    DIR *directory = opendir(logs);
    for (const struct dirent *entry = directory != NULL ? readdir(directory) : NULL; entry != NULL;
         entry = readdir(directory)) {
        int64_t number = numbered_directory_number(entry->d_name, PREFIX);
        char *path = path_in(logs, entry->d_name);
        if (number > highest && has_digest(path, digest)) {
            memory_free(found);
            found = memory_copy_string(path);
            highest = number;
        }
        memory_free(path);
    }
    if (directory != NULL)
        closedir(directory);
    memory_free(logs);
    return found;
}

void sweep_finish(struct sweep *sweep)
{
    lock_release(&sweep->lock);
    memory_free(sweep->directory);
    arena_finish(&sweep->arena);
    *sweep = (struct sweep)SWEEP_INIT;
}
