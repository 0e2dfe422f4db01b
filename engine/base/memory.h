/*
 * memory.h: the two ways to ask for memory.
 *
 * Small things (a string, a node, a struct) come from memory_allocate, which never returns NULL: when even those fail,
 * there is nothing left to do, and the process ends with exit status 6 after one line on standard error. Large things,
 * whose size the user's data or config decides (an image, a batch, the plan of a network), come from
 * memory_allocate_large, which fails as an error like any other.
 */
#ifndef LRUN_ENGINE_BASE_MEMORY_H
#define LRUN_ENGINE_BASE_MEMORY_H

#include <stddef.h>

#include "engine/base/error.h"

/** Zeroed memory for `count` items of `size` bytes. Never NULL. Freed with memory_free. */
void *memory_allocate(size_t count, size_t size);

/** Grows (or shrinks) memory from memory_allocate to `count` items of `size` bytes; what is new is not zeroed. */
void *memory_resize(void *memory, size_t count, size_t size);

/** A copy of a string. Never NULL. Freed with memory_free. */
char *memory_copy_string(const char *string);

/** Frees what memory_allocate, memory_resize or memory_copy_string gave. Accepts NULL. */
void memory_free(void *memory);

/**
 * Zeroed memory of `size` bytes, aligned to 64 (to 2 MiB, asking for huge pages, when it is 4 MiB or larger).
 * `what` names it in the error ("activations"). NULL with ERROR_MEMORY when there is not enough.
 * Freed with memory_free_large.
 */
void *memory_allocate_large(size_t size, const char *what, struct error *error);

/** Frees what memory_allocate_large gave. Accepts NULL. */
void memory_free_large(void *memory);

#endif
