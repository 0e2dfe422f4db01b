/* memory.c: the two ways to ask for memory. */
#include "engine/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define CACHE_LINE ((size_t)64)

/* From this size on, memory comes from the kernel in pages; with AddressSanitizer all of it stays where it can watch. */
#ifdef __SANITIZE_ADDRESS__
#define MAPPED_FROM SIZE_MAX
#else
#define MAPPED_FROM (2 * HUGE_PAGE)
#endif

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

/* What lies before memory from memory_allocate_large: how to give it back. */
struct large_header {
    void *base;
    /** Bytes from the kernel; 0 when it is malloc's. */
    size_t mapped;
};

static void *large_place(void *base, uintptr_t address, size_t mapped)
{
    struct large_header *header = (struct large_header *)(address - CACHE_LINE);
    *header = (struct large_header){.base = base, .mapped = mapped};
    return (void *)address;
}

/* Pages from the kernel are zero already, and cost nothing until they are used. NULL: there are not enough. */
static void *large_map(size_t size)
{
    size_t length = 0;
    if (__builtin_add_overflow(size, 2 * HUGE_PAGE, &length))
        return NULL;
    void *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    uintptr_t address = ((uintptr_t)base + CACHE_LINE + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    madvise((void *)address, size, MADV_HUGEPAGE);
    return large_place(base, address, length);
}

static void *large_malloc(size_t size)
{
    size_t length = 0;
    if (__builtin_add_overflow(size, 2 * CACHE_LINE, &length))
        return NULL;
    void *base = aligned_alloc(CACHE_LINE, length / CACHE_LINE * CACHE_LINE);
    if (base == NULL)
        return NULL;
    memset(base, 0, length / CACHE_LINE * CACHE_LINE);
    return large_place(base, (uintptr_t)base + CACHE_LINE, 0);
}

void *memory_allocate_large(size_t size, const char *what, struct error *error)
{
    void *memory = size >= MAPPED_FROM ? large_map(size) : large_malloc(size);
    if (memory == NULL) {
        error_set(error, ERROR_MEMORY, "not enough memory for %s: wanted %.1f MiB", what, (double)size / (1 << 20));
        error_hint(error, "use a smaller batch_size or smaller images");
    }
    return memory;
}

void memory_free_large(void *memory)
{
    if (memory == NULL)
        return;
    struct large_header header = *(struct large_header *)((uintptr_t)memory - CACHE_LINE);
    if (header.mapped > 0)
        munmap(header.base, header.mapped);
    else
        free(header.base);
}
