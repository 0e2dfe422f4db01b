/* memory.c: the two ways to ask for memory. */
#include "engine/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define CACHE_LINE ((size_t)64)

/* The one place below the runner that ends the process: nothing can be reported through memory that is not there. */
static _Noreturn void memory_exhausted(void)
{
    static const char message[] = "error: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(ERROR_MEMORY);
}

void *memory_allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (memory == NULL)
        memory_exhausted();
    return memory;
}

void *memory_resize(void *memory, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        memory_exhausted();
    void *resized = realloc(memory, bytes > 0 ? bytes : 1);
    if (resized == NULL)
        memory_exhausted();
    return resized;
}

char *memory_copy_string(const char *string)
{
    size_t size = strlen(string) + 1;
    return memcpy(memory_allocate(size, 1), string, size);
}

void memory_free(void *memory)
{
    free(memory);
}

void *memory_allocate_large(size_t size, const char *what, struct error *error)
{
    size_t alignment = size >= 2 * HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;
    size_t rounded = (size + alignment - 1) / alignment * alignment;
    void *memory = rounded >= size ? aligned_alloc(alignment, rounded > 0 ? rounded : alignment) : NULL;
    if (memory == NULL) {
        error_set(error, ERROR_MEMORY, "not enough memory for %s: wanted %.1f MiB", what, (double)size / (1 << 20));
        error_hint(error, "use a smaller batch_size or smaller images");
        return NULL;
    }
    if (alignment == HUGE_PAGE)
        madvise(memory, rounded, MADV_HUGEPAGE);
    memset(memory, 0, rounded);
    return memory;
}

void memory_free_large(void *memory)
{
    free(memory);
}
