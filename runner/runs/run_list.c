/* run_list.c: the runs under a folder, and runs by the names that people give them. */
#include "runner/runs/run_list.h"

#include <string.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/numbered_directory.h"
#include "runner/train/run_directory.h"

char *run_list_folder(const char *root)
{
    char *newest = root != NULL ? numbered_directory_find_newest(root, RUN_DIRECTORY_PREFIX) : NULL;
    char *folder = newest != NULL ? memory_copy_string(root) : run_directory_logs(root);
    memory_free(newest);
    return folder;
}

bool run_list_load(struct run_list *list, const char *root, struct error *error)
{
    if (root != NULL && !directory_exists(root))
        return error_set(error, ERROR_CONFIG, "wanted a folder with runs, found no directory '%s'", root);
    char *folder = run_list_folder(root);
    char **paths = numbered_directory_list(folder, RUN_DIRECTORY_PREFIX, &list->count);
    list->items = memory_allocate(list->count + 1, sizeof *list->items);
    for (size_t i = 0; i < list->count; i++) {
        char *path = paths[list->count - 1 - i];
        list->items[i] = (struct run_record)RUN_RECORD_INIT;
        run_record_load(&list->items[i], path);
        memory_free(path);
    }
    memory_free(paths);
    memory_free(folder);
    return true;
}

void run_list_finish(struct run_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        run_record_finish(&list->items[i]);
    memory_free(list->items);
    *list = (struct run_list)RUN_LIST_INIT;
}

static bool fail_unknown(const char *folder, const char *name, struct error *error)
{
    size_t count = 0;
    char **paths = numbered_directory_list(folder, RUN_DIRECTORY_PREFIX, &count);
    error_set(error, ERROR_CONFIG, "wanted a run's directory or its number in '%s', found '%s'", folder, name);
    if (count == 0)
        error_hint(error, "there are no runs in '%s'", folder);
    else
        error_hint(error, "the newest run is '%s'; 'lrun runs' lists them", paths[count - 1]);
    for (size_t i = 0; i < count; i++)
        memory_free(paths[i]);
    memory_free(paths);
    return false;
}

char *run_find(const char *root, const char *name, struct error *error)
{
    if (directory_exists(name)) {
        size_t length = strlen(name);
        while (length > 1 && name[length - 1] == '/')
            length--;
        struct text path = TEXT_INIT;
        text_append_bytes(&path, name, length);
        return text_take(&path);
    }
    char *folder = run_list_folder(root);
    bool is_named = numbered_directory_number(name, RUN_DIRECTORY_PREFIX) >= 0;
    struct text text = TEXT_INIT;
    text_format(&text, "%s/%s%s", folder, is_named ? "" : RUN_DIRECTORY_PREFIX, name);
    char *path = text_take(&text);
    if (strchr(name, '/') != NULL || !directory_exists(path)) {
        fail_unknown(folder, name, error);
        memory_free(path);
        path = NULL;
    }
    memory_free(folder);
    return path;
}
