/*
 * arena.h: memory for things that die together.
 *
 * An arena is made for a lifetime that exists (the run, a graph, a worker's sample), hands out memory that is never
 * freed one by one, and is reset or finished as a whole. A reset keeps the memory, so that a loop which resets the same
 * arena allocates nothing once it is warm, and holds what its greediest round used. Not thread-safe: one arena, one thread.
 *
 *     struct arena arena = ARENA_INIT;
 *     char *path = arena_format(&arena, "%s/%s.jpg", root, id);
 *     arena_finish(&arena);
 */
#ifndef LRUN_ENGINE_BASE_ARENA_H
#define LRUN_ENGINE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "engine/base/error.h"

struct arena_block;

/** The first block and the one in use. Zero is an empty arena. */
struct arena {
    struct arena_block *first;
    struct arena_block *current;
};

#define ARENA_INIT                                                                                                     \
    {                                                                                                                  \
        .first = NULL, .current = NULL                                                                                 \
    }

/** Frees everything; the arena is empty and usable again. */
void arena_finish(struct arena *arena);

/** Takes back everything handed out, and keeps as much memory as that was for the next round. */
void arena_reset(struct arena *arena);

/** How much memory it holds. */
size_t arena_bytes(const struct arena *arena);

/** Zeroed memory for `count` items of `size` bytes, aligned to 64. Never NULL (see memory.h). */
void *arena_allocate(struct arena *arena, size_t count, size_t size);

/** As arena_allocate, not zeroed, for sizes that data decides: NULL with ERROR_MEMORY when there is not enough. */
void *arena_allocate_large(struct arena *arena, size_t size, const char *what, struct error *error);

/** A copy of a string. */
char *arena_copy_string(struct arena *arena, const char *string);

/** A copy of the first `length` bytes of a string, ended by a zero. */
char *arena_copy_bytes(struct arena *arena, const char *bytes, size_t length);

/** A formatted string; the second takes its arguments as a list. */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_format_list(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
