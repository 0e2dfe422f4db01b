/*
 * library.h: shared libraries that are opened when they are first used.
 *
 * What is linked is loaded at every start, and the help would wait for what only a training or a download uses. Here the
 * functions in use stand in a list; from it come a table of pointers, with the types of the library's own header, and the
 * names to look for. A build needs the header; whether the library is there is seen when it is opened.
 *
 *     #define BLAS_FUNCTIONS(function) function(cblas_, sgemm) function(cblas_, sdot)
 *     static struct { BLAS_FUNCTIONS(LIBRARY_POINTER) } blas;
 *     static struct library library = {.name = "OpenBLAS", .files = {"libopenblas.so.0"}, .package = "libopenblas0",
 *                                      .functions = LIBRARY_NAMES(BLAS_FUNCTIONS), .table = &blas};
 *
 *     if (library_open(&library, error))
 *         blas.sgemm(...);
 *
 * File names are the program's own, found where the system keeps libraries: nothing in a config or a checkpoint can cause one
 * to be opened that is not written here.
 */
#ifndef LRUN_ENGINE_BASE_LIBRARY_H
#define LRUN_ENGINE_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

#define LIBRARY_POINTER(prefix, name) __typeof__ (&prefix##name)(name);
#define LIBRARY_NAME(prefix, name) #prefix #name,
#define LIBRARY_NAMES(list) ((const char *const[]){list(LIBRARY_NAME) NULL})

struct library {
    /** As people call it. */
    const char *name;
    /** Files that have it, the first that can be opened is taken; the second may be NULL. */
    const char *files[2];
    /** Debian's package, for the hint. */
    const char *package;
    /** The functions' full names, ended by NULL, and the table of pointers in the same order. */
    const char *const *functions;
    void *table;
    /** Called once, when the table is filled: what the library wants before anything else. May be NULL. */
    bool (*begin)(struct error *error);

    /* library.c's own. */
    enum { LIBRARY_UNTRIED, LIBRARY_OPEN, LIBRARY_FAILED } state;
    struct error failure;
};

/**
 * Opens the library and fills its table; asked again, answers the same. It stays open until the process ends. Any thread may
 * ask. Fails with ERROR_RUN when there is no such library or a function is not in it (the table is then all NULL), and with what
 * `begin` failed.
 */
bool library_open(struct library *library, struct error *error);

/** library_open for those who can do without. */
bool library_is_there(struct library *library);

#endif
