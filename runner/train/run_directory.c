/* run_directory.c: lightning_logs/version_N. */
#include "runner/train/run_directory.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/numbered_directory.h"
#include "engine/base/text.h"
#include "runner/train/environment.h"

#define CHECKPOINTS "checkpoints"

static char *path_join(const char *directory, const char *name)
{
    struct text text = TEXT_INIT;
    text_format(&text, "%s/%s", directory, name);
    return text_take(&text);
}

char *run_directory_logs(const char *root)
{
    return root != NULL && *root != '\0' ? path_join(root, "lightning_logs") : memory_copy_string("lightning_logs");
}

static bool save_text(const struct run_directory *directory, const char *name, const char *text, struct error *error)
{
    if (text == NULL)
        return true;
    char *path = path_join(directory->path, name);
    bool ok = durable_file_save(path, text, strlen(text), error);
    memory_free(path);
    return ok;
}

static bool save_environment(const struct run_directory *directory, const struct run_origin *origin,
                             struct error *error)
{
    struct text patch = TEXT_INIT;
    json_t *description = environment_describe(origin->device, &patch);
    json_object_set_new(description, "seed", json_sprintf("%llu", (unsigned long long)origin->seed));
    json_object_set_new(description, "threads", json_integer(origin->threads));
    if (origin->devices > 1)
        json_object_set_new(description, "devices", json_integer(origin->devices));
    char *text = json_dumps(description, JSON_INDENT(2));
    bool ok = save_text(directory, "changes.patch", patch.data, error) &&
              save_text(directory, "environment.json", text, error);
    text_finish(&patch);
    free(text);
    json_decref(description);
    return ok;
}

static bool begin(struct run_directory *directory, struct error *error)
{
    const struct run_state running = {.phase = RUN_RUNNING, .epochs = -1, .steps = -1};
    directory->is_begun = run_state_save(directory->path, &running, error);
    return directory->is_begun;
}

bool run_directory_end(struct run_directory *directory, const struct run_state *state, struct error *error)
{
    bool is_begun = directory->is_begun;
    directory->is_begun = false;
    return !is_begun || run_state_save(directory->path, state, error);
}

static bool origin_save(struct run_directory *directory, const struct run_origin *origin, struct error *error)
{
    char *checkpoints = path_join(directory->path, CHECKPOINTS);
    struct text command = TEXT_INIT;
    if (origin->command_line != NULL)
        text_format(&command, "%s\n", origin->command_line);
    bool ok = directory_create(checkpoints, error) && save_text(directory, "config.yaml", origin->config_text, error) &&
              save_text(directory, "command_line.txt", command.data, error) &&
              save_environment(directory, origin, error) &&
              (origin->provenance == NULL || provenance_save(origin->provenance, directory->path, error)) &&
              begin(directory, error) && durable_directory_sync(directory->path, error);
    text_finish(&command);
    memory_free(checkpoints);
    return ok;
}

static bool lock_directory(struct run_directory *directory, struct progress *progress, struct error *error)
{
    char *path = path_join(directory->path, ".lock");
    bool ok = lock_take(&directory->lock, path, progress, error);
    memory_free(path);
    return ok;
}

bool run_directory_create(struct run_directory *directory, const char *root, const struct run_origin *origin,
                          struct progress *progress, struct error *error)
{
    char *logs = run_directory_logs(root);
    if (directory_create(logs, error))
        directory->path = numbered_directory_create(logs, RUN_DIRECTORY_PREFIX, error);
    bool ok = directory->path != NULL && lock_directory(directory, progress, error) &&
              origin_save(directory, origin, error) && durable_directory_sync(logs, error);
    memory_free(logs);
    return ok;
}

/* Who resumes begins again where no checkpoint was left; who does not must not write over a run. */
static bool check_vacant(const struct run_directory *directory, bool again, struct error *error)
{
    char *config = path_join(directory->path, "config.yaml");
    bool vacant = again || !file_exists(config);
    memory_free(config);
    if (vacant)
        return true;
    error_set(error, ERROR_STORAGE, "there is a run in '%s' already", directory->path);
    return error_hint(error, "--resume goes on with it; or choose another --run_directory");
}

bool run_directory_create_at(struct run_directory *directory, const char *path, bool again,
                             const struct run_origin *origin, struct progress *progress, struct error *error)
{
    directory->path = memory_copy_string(path);
    if (!directory_create(path, error) || !lock_directory(directory, progress, error))
        return false;
    durable_directory_clean(path);
    return check_vacant(directory, again, error) && origin_save(directory, origin, error);
}

bool run_directory_reopen(struct run_directory *directory, const char *path, struct progress *progress,
                          struct error *error)
{
    directory->path = memory_copy_string(path);
    if (!lock_directory(directory, progress, error))
        return false;
    char *checkpoints = path_join(path, CHECKPOINTS);
    durable_directory_clean(path);
    durable_directory_clean(checkpoints);
    bool ok = directory_create(checkpoints, error) && begin(directory, error);
    memory_free(checkpoints);
    return ok;
}

void run_directory_finish(struct run_directory *directory)
{
    lock_release(&directory->lock);
    memory_free(directory->path);
    *directory = (struct run_directory)RUN_DIRECTORY_INIT;
}

/* Cuts the last component off a path, in place; false when there is none to cut. */
static bool path_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return false;
    *slash = '\0';
    return true;
}

static const char *path_last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

const char *run_directory_short_name(const char *path)
{
    const char *name = path_last(path);
    return numbered_directory_number(name, RUN_DIRECTORY_PREFIX) >= 0 ? name + strlen(RUN_DIRECTORY_PREFIX) : name;
}

char *run_directory_of_checkpoint(const char *checkpoint_path)
{
    char *real = realpath(checkpoint_path, NULL);
    char *found = NULL;
    if (real != NULL && path_up(real) && strcmp(path_last(real), CHECKPOINTS) == 0 && path_up(real) &&
        numbered_directory_number(path_last(real), RUN_DIRECTORY_PREFIX) >= 0) {
        /* The user's own spelling where it says as much, so that paths in messages are those that were typed. */
        char *typed = memory_copy_string(checkpoint_path);
        bool says = path_up(typed) && strcmp(path_last(typed), CHECKPOINTS) == 0 && path_up(typed) &&
                    numbered_directory_number(path_last(typed), RUN_DIRECTORY_PREFIX) >= 0;
        found = memory_copy_string(says ? typed : real);
        memory_free(typed);
    }
    free(real);
    return found;
}

struct path_list {
    char **items;
    size_t count;
};

static bool is_checkpoint_name(const char *name)
{
    static const char ending[] = ".safetensors";
    size_t length = strlen(name);
    return name[0] != '.' && length > strlen(ending) && strcmp(name + length - strlen(ending), ending) == 0;
}

/* Those in a run directory. */
static void list_directory(const char *run, struct path_list *list)
{
    char *path = path_join(run, CHECKPOINTS);
    DIR *directory = opendir(path);
    for (const struct dirent *entry = directory != NULL ? readdir(directory) : NULL; entry != NULL;
         entry = readdir(directory)) {
        if (!is_checkpoint_name(entry->d_name))
            continue;
        list->items = memory_resize(list->items, list->count + 1, sizeof *list->items);
        list->items[list->count++] = path_join(path, entry->d_name);
    }
    if (directory != NULL)
        closedir(directory);
    memory_free(path);
}

char **run_directory_list_own(const char *path, size_t *count)
{
    struct path_list list = {0};
    list_directory(path, &list);
    *count = list.count;
    return list.items;
}

char *run_directory_find_newest(const char *root)
{
    char *logs = run_directory_logs(root);
    char *newest = numbered_directory_find_newest(logs, RUN_DIRECTORY_PREFIX);
    memory_free(logs);
    return newest;
}

char **run_directory_list_checkpoints(const char *root, size_t *count)
{
    struct path_list list = {0};
    size_t run_count = 0;
    char *logs = run_directory_logs(root);
    char **runs = numbered_directory_list(logs, RUN_DIRECTORY_PREFIX, &run_count);
    for (size_t i = 0; i < run_count; i++) {
        list_directory(runs[i], &list);
        memory_free(runs[i]);
    }
    memory_free(runs);
    memory_free(logs);
    *count = list.count;
    return list.items;
}
