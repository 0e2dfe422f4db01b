/* library.c: shared libraries that are opened when they are first used. */
#include "engine/base/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

/* A pointer to a function as it lies in a table: ISO C has no cast from what dlsym returns, POSIX says that it is one. */
static void table_set(void *table, size_t index, const void *function)
{
    memcpy((char *)table + index * sizeof function, &function, sizeof function);
}

static bool library_fill(const struct library *library, void *handle)
{
    bool complete = true;
    for (size_t i = 0; library->functions[i] != NULL && complete; i++) {
        const void *function = dlsym(handle, library->functions[i]);
        table_set(library->table, i, function);
        complete = function != NULL;
    }
    for (size_t i = 0; library->functions[i] != NULL && !complete; i++)
        table_set(library->table, i, NULL);
    return complete;
}

static bool library_fail(const struct library *library, struct error *error)
{
    error_set(error, ERROR_RUN, "cannot open %s: %s", library->name, dlerror());
    return error_hint(error, "install it; its package in Debian is '%s'", library->package);
}

/* Of two names, the reason is the usual one's. */
static void *library_find(const struct library *library, struct error *error)
{
    void *handle = dlopen(library->files[0], RTLD_NOW | RTLD_LOCAL);
    if (handle != NULL)
        return handle;
    library_fail(library, error);
    if (library->files[1] == NULL || (handle = dlopen(library->files[1], RTLD_NOW | RTLD_LOCAL)) == NULL)
        return NULL;
    error_clear(error);
    return handle;
}

static bool library_try(const struct library *library, struct error *error)
{
    void *handle = library_find(library, error);
    if (handle == NULL)
        return false;
    if (!library_fill(library, handle))
        return library_fail(library, error);
    return library->begin == NULL || library->begin(error);
}

bool library_open(struct library *library, struct error *error)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    if (library->state == LIBRARY_UNTRIED)
        library->state = library_try(library, &library->failure) ? LIBRARY_OPEN : LIBRARY_FAILED;
    bool is_open = library->state == LIBRARY_OPEN;
    pthread_mutex_unlock(&mutex);
    if (!is_open)
        *error = library->failure;
    return is_open;
}

bool library_is_there(struct library *library)
{
    struct error reason = ERROR_INIT;
    return library_open(library, &reason);
}
