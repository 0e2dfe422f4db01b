/* arena.c: memory for things that die together. */
#include "engine/base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

#define ARENA_ALIGNMENT ((size_t)64)
#define ARENA_BLOCK_BYTES ((size_t)64 << 10)

struct arena_block {
    struct arena_block *next;
    size_t capacity;
    size_t used;
    _Alignas(64) unsigned char bytes[];
};

void arena_finish(struct arena *arena)
{
    struct arena_block *block = arena->first;
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct arena)ARENA_INIT;
}

/* A block of which nothing is used. NULL: out of memory. */
static struct arena_block *block_create(size_t capacity)
{
    struct arena_block *block = aligned_alloc(ARENA_ALIGNMENT, sizeof *block + capacity);
    if (block != NULL)
        *block = (struct arena_block){.capacity = capacity};
    return block;
}

/*
 * Several blocks become one of what was used of them: a round that wants more than each before it would else add a block for
 * what the others are too small for, time and again.
 */
void arena_reset(struct arena *arena)
{
    size_t used = 0;
    for (struct arena_block *block = arena->first; block != NULL; block = block->next)
        used += block->used;
    if (arena->first != NULL && arena->first->next != NULL) {
        arena_finish(arena);
        arena->first = block_create(used);
    }
    if (arena->first != NULL)
        arena->first->used = 0;
    arena->current = arena->first;
}

size_t arena_bytes(const struct arena *arena)
{
    size_t bytes = 0;
    for (const struct arena_block *block = arena->first; block != NULL; block = block->next)
        bytes += block->capacity;
    return bytes;
}

/* Finds room in the blocks from the current one on, or adds a block behind the current one. NULL: out of memory. */
static void *arena_take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    for (struct arena_block *block = arena->current; block != NULL; block = block->next) {
        if (block->capacity - block->used >= rounded) {
            void *memory = block->bytes + block->used;
            block->used += rounded;
            return memory;
        }
        if (block->next != NULL && block->next->used == 0)
            arena->current = block->next;
    }
    size_t capacity = rounded > ARENA_BLOCK_BYTES ? rounded : ARENA_BLOCK_BYTES;
    struct arena_block *block = block_create(capacity);
    if (block == NULL)
        return NULL;
    block->used = rounded;
    if (arena->current == NULL) {
        arena->first = block;
    } else {
        block->next = arena->current->next;
        arena->current->next = block;
    }
    arena->current = block;
    return block->bytes;
}

void *arena_allocate(struct arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    void *memory = __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_take(arena, bytes);
    if (memory == NULL) { /* memory_allocate reports and ends */
        memory_free(memory_allocate(SIZE_MAX, SIZE_MAX));
        abort();
    }
    return memset(memory, 0, bytes);
}

void *arena_allocate_large(struct arena *arena, size_t size, const char *what, struct error *error)
{
    void *memory = arena_take(arena, size);
    if (memory == NULL)
        error_set(error, ERROR_MEMORY, "not enough memory for %s: wanted %.1f MiB", what, (double)size / (1 << 20));
    return memory;
}

char *arena_copy_bytes(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_allocate(arena, length + 1, 1);
    memcpy(copy, bytes, length);
    return copy;
}

char *arena_copy_string(struct arena *arena, const char *string)
{
    return arena_copy_bytes(arena, string, strlen(string));
}

char *arena_format_list(struct arena *arena, const char *format, va_list arguments)
{
    assert(format != NULL);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    size_t size = (size_t)(length > 0 ? length : 0) + 1;
    char *string = arena_allocate(arena, size, 1);
    vsnprintf(string, size, format, again);
    va_end(again);
    return string;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *string = arena_format_list(arena, format, arguments);
    va_end(arguments);
    return string;
}
