/* numbered_directory.c: version_0, version_1, ... */
#include "engine/base/numbered_directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"

int64_t numbered_directory_number(const char *name, const char *prefix)
{
    int64_t number;
    size_t length = strlen(prefix);
    if (strncmp(name, prefix, length) != 0 || !number_parse_int64(name + length, &number) || number < 0)
        return -1;
    return number;
}

/* The highest number that is there; -1: none. */
static int64_t find_highest(const char *parent, const char *prefix)
{
    int64_t highest = -1;
    DIR *directory = opendir(parent);
    if (directory == NULL)
        return -1;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        int64_t number = numbered_directory_number(entry->d_name, prefix);
        highest = number > highest ? number : highest;
    }
    closedir(directory);
    return highest;
}

static char *path_of(const char *parent, const char *prefix, int64_t number)
{
    struct text text = TEXT_INIT;
    text_format(&text, "%s/%s%lld", parent, prefix, (long long)number);
    return text_take(&text);
}

/* mkdir decides: who makes it has it. */
char *numbered_directory_create(const char *parent, const char *prefix, struct error *error)
{
    for (int64_t number = find_highest(parent, prefix) + 1;; number++) {
        char *path = path_of(parent, prefix, number);
        if (mkdir(path, 0777) == 0)
            return path;
        int code = errno;
        if (code != EEXIST)
            error_set_errno(error, ERROR_STORAGE, code, "cannot make the directory '%s'", path);
        memory_free(path);
        if (code != EEXIST)
            return NULL;
    }
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

char **numbered_directory_list(const char *parent, const char *prefix, size_t *count)
{
    int64_t *numbers = NULL;
    *count = 0;
    DIR *directory = opendir(parent);
    for (const struct dirent *entry = directory != NULL ? readdir(directory) : NULL; entry != NULL;
         entry = readdir(directory)) {
        int64_t number = numbered_directory_number(entry->d_name, prefix);
        if (number < 0)
            continue;
        if ((*count & (*count - 1)) == 0)
            numbers = memory_resize(numbers, *count > 0 ? *count * 2 : 1, sizeof *numbers);
        numbers[(*count)++] = number;
    }
    if (directory != NULL)
        closedir(directory);
    if (*count > 0)
        qsort(numbers, *count, sizeof *numbers, compare_numbers);
    char **paths = memory_allocate(*count + 1, sizeof *paths);
    for (size_t i = 0; i < *count; i++)
        paths[i] = path_of(parent, prefix, numbers[i]);
    memory_free(numbers);
    return paths;
}

char *numbered_directory_find_newest(const char *parent, const char *prefix)
{
    int64_t highest = find_highest(parent, prefix);
    return highest >= 0 ? path_of(parent, prefix, highest) : NULL;
}
