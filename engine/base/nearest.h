/*
 * nearest.h: which of the known names a misspelt one was probably meant to be.
 *
 *     const char *meant = nearest_find("aeroplan", class_names, 20);    // "aeroplane"
 */
#ifndef LRUN_ENGINE_BASE_NEAREST_H
#define LRUN_ENGINE_BASE_NEAREST_H

#include <stddef.h>

/**
 * The name with the fewest edits (insert, delete, replace, swap of neighbours; case counts for nothing) to `name`, the
 * first of equals; NULL when none is near: more than a third of the longer name would have to change.
 */
const char *nearest_find(const char *name, const char *const *names, size_t count);

#endif
