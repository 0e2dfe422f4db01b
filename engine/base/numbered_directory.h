/*
 * numbered_directory.h: version_0, version_1, ...: directories of which each process that asks gets one of its own.
 */
#ifndef LRUN_ENGINE_BASE_NUMBERED_DIRECTORY_H
#define LRUN_ENGINE_BASE_NUMBERED_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

/** N of "version_N", when `prefix` is "version_"; -1 when the name is another. */
int64_t numbered_directory_number(const char *name, const char *prefix);

/**
 * Makes parent/prefixN, N above all that are there, and returns its path, which the caller frees. The parent must be
 * there. NULL with ERROR_STORAGE.
 */
char *numbered_directory_create(const char *parent, const char *prefix, struct error *error);

/** The paths of all, by their numbers from the lowest; the caller frees the items and the array. */
char **numbered_directory_list(const char *parent, const char *prefix, size_t *count);

/** The path of the one with the highest number, which the caller frees; NULL when there is none. */
char *numbered_directory_find_newest(const char *parent, const char *prefix);

#endif
