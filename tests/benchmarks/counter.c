/*
 * counter.c: a library to preload, which counts how often memory is allocated and locks are taken, by who does it.
 *
 *     COUNT_FILE   at the end, lines "OBJECT FUNCTION CALLS" are written into it; OBJECT: a file's last part
 *
 * What a program does once and what it does in every step is told apart by running it with different numbers of steps.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS_MAX 64

/* The functions that are counted. glibc has its own under a second name, which needs no looking up. */
enum counted { ALLOCATE, LOCK, WAIT, WAKE, COUNTED };
static const char *const names[] = {"allocate", "lock", "wait", "wake"};

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* A loaded file, by where it lies. Files are only added. */
static struct object {
    _Atomic(void *) base;
    const char *name;
    atomic_long calls[COUNTED];
} objects[OBJECTS_MAX];

/* The object of a caller. Once a base is taken it stays, so that two threads which meet here agree. */
static struct object *find_object(void *caller)
{
    Dl_info info = {.dli_fname = "nowhere"};
    dladdr(caller, &info);
    for (int i = 0; i < OBJECTS_MAX; i++) {
        void *none = NULL;
        if (atomic_load(&objects[i].base) == info.dli_fbase)
            return &objects[i];
        if (info.dli_fbase != NULL && atomic_compare_exchange_strong(&objects[i].base, &none, info.dli_fbase)) {
            objects[i].name = info.dli_fname;
            return &objects[i];
        }
        if (none == info.dli_fbase)
            return &objects[i];
    }
    abort();
}

static void count(enum counted what, void *caller)
{
    atomic_fetch_add(&find_object(caller)->calls[what], 1);
}

#define CALLER __builtin_extract_return_addr(__builtin_return_address(0))

void *malloc(size_t size)
{
    count(ALLOCATE, CALLER);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    count(ALLOCATE, CALLER);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size)
{
    count(ALLOCATE, CALLER);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count(ALLOCATE, CALLER);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    count(ALLOCATE, CALLER);
    *memory = __libc_memalign(alignment, size);
    return *memory != NULL ? 0 : ENOMEM;
}

static void *original(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL)
        abort();
    return function;
}

/* Counts, and calls the next function of this name. */
#define COUNTED_FUNCTION(what, name, parameters, ...)                                                                  \
    int name parameters                                                                                                \
    {                                                                                                                  \
        static int(*real) parameters;                                                                                  \
        if (real == NULL) {                                                                                            \
            void *found = original(#name);                                                                             \
            memcpy(&real, &found, sizeof real);                                                                        \
        }                                                                                                              \
        count(what, CALLER);                                                                                           \
        return real(__VA_ARGS__);                                                                                      \
    }

COUNTED_FUNCTION(LOCK, pthread_mutex_lock, (pthread_mutex_t * mutex), mutex)
COUNTED_FUNCTION(LOCK, pthread_mutex_trylock, (pthread_mutex_t * mutex), mutex)
COUNTED_FUNCTION(LOCK, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), lock)
COUNTED_FUNCTION(LOCK, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), lock)
COUNTED_FUNCTION(LOCK, pthread_spin_lock, (pthread_spinlock_t * lock), lock)
COUNTED_FUNCTION(WAIT, sem_wait, (sem_t * semaphore), semaphore)
COUNTED_FUNCTION(WAKE, sem_post, (sem_t * semaphore), semaphore)
COUNTED_FUNCTION(WAIT, pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t *mutex), condition, mutex)
COUNTED_FUNCTION(WAKE, pthread_cond_signal, (pthread_cond_t * condition), condition)
COUNTED_FUNCTION(WAKE, pthread_cond_broadcast, (pthread_cond_t * condition), condition)

static void __attribute__((destructor)) counter_end(void)
{
    const char *path = getenv("COUNT_FILE");
    FILE *file = path != NULL ? fopen(path, "we") : NULL;
    if (file == NULL)
        return;
    for (int i = 0; i < OBJECTS_MAX && atomic_load(&objects[i].base) != NULL; i++)
        for (int j = 0; j < COUNTED; j++) {
            const char *name = objects[i].name != NULL ? objects[i].name : "nowhere", *slash = strrchr(name, '/');
            fprintf(file, "%s %s %ld\n", slash != NULL ? slash + 1 : name, names[j], atomic_load(&objects[i].calls[j]));
        }
    fclose(file);
}
