/* shared_data.h: where the real data that some tests read lies, when it is there. */
#ifndef LRUN_TESTS_UNIT_SHARED_DATA_H
#define LRUN_TESTS_UNIT_SHARED_DATA_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The path of a file of the shared data; false, saying so, when it is absent. */
static inline bool shared_data_find(const char *name, char *path, size_t size)
{
    const char *root = getenv("LRUN_SOURCE_ROOT");
    snprintf(path, size, "%s/../shared/data/%s", root != NULL ? root : ".", name);
    if (access(path, R_OK) == 0)
        return true;
    printf("skipped: '%s' is absent\n", path);
    return false;
}

#endif
