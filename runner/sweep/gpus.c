/* gpus.c: the GPUs that the runs of a sweep are given. */
#include "runner/sweep/gpus.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define DRIVER_FOLDER "/proc/driver/nvidia/gpus"
#define SEPARATORS ", \t"

/* An index, or the beginning of an identifier: "3", "GPU-8932f937-d72c", "MIG-...". -1, which hides what follows, is neither. */
static bool is_name(const char *name)
{
    return isdigit((unsigned char)*name) || strncmp(name, "GPU-", 4) == 0 || strncmp(name, "MIG-", 4) == 0;
}

static void split_names(struct gpus *gpus, const char *visible)
{
    gpus->names = arena_allocate(&gpus->arena, strlen(visible) + 1, sizeof *gpus->names);
    for (const char *name = visible + strspn(visible, SEPARATORS); is_name(name); name += strspn(name, SEPARATORS)) {
        size_t length = strcspn(name, SEPARATORS);
        gpus->names[gpus->count++] = arena_copy_bytes(&gpus->arena, name, length);
        name += length;
    }
}

static size_t count_entries(const char *folder)
{
    DIR *directory = opendir(folder);
    size_t count = 0;
    if (directory == NULL)
        return 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

void gpus_init_from(struct gpus *gpus, const char *visible, const char *folder)
{
    *gpus = (struct gpus){.names = NULL};
    if (visible != NULL) {
        split_names(gpus, visible);
        return;
    }
    gpus->count = count_entries(folder);
    gpus->names = arena_allocate(&gpus->arena, gpus->count + 1, sizeof *gpus->names);
    for (size_t i = 0; i < gpus->count; i++)
        gpus->names[i] = arena_format(&gpus->arena, "%zu", i);
}

void gpus_init(struct gpus *gpus)
{
    gpus_init_from(gpus, getenv(GPUS_VARIABLE), DRIVER_FOLDER);
}

void gpus_finish(struct gpus *gpus)
{
    arena_finish(&gpus->arena);
}
