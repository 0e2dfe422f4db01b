/* image_cache.c: pictures in files become pixels, once. */
#include "engine/image/image_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/image/image_cache_store.h"

struct image_cache {
    /** NULL: none could be made. */
    struct image_store *store;
    /** Where relative paths begin. */
    char *working_directory;
    /** Nothing more is kept. */
    atomic_bool closed;
    pthread_mutex_t mutex;
    /** Guarded by the mutex: not yet taken; empty when there is none. */
    char note[IMAGE_CACHE_NOTE_BYTES];
    atomic_bool has_note;
};

/* The first reason why nothing more is kept is told. */
static void cache_close(struct image_cache *cache, const struct error *reason)
{
    pthread_mutex_lock(&cache->mutex);
    if (!atomic_load(&cache->closed)) {
        snprintf(cache->note, sizeof cache->note, "decoded images are no longer kept: %s", reason->message);
        atomic_store(&cache->has_note, true);
        atomic_store(&cache->closed, true);
    }
    pthread_mutex_unlock(&cache->mutex);
}

bool image_store_is_full(int64_t bytes, struct error *error)
{
    return error_set(error, ERROR_STORAGE, "the cache's %lld bytes are used up; the others are decoded each time",
                     (long long)bytes);
}

struct image_cache *image_cache_create(const struct image_cache_options *options, struct error *error)
{
    assert(options->kind != IMAGE_CACHE_KIND_NONE && options->bytes > 0);
    struct image_cache *cache = memory_allocate(1, sizeof *cache);
    pthread_mutex_init(&cache->mutex, NULL);
    char directory[4096];
    cache->working_directory = memory_copy_string(getcwd(directory, sizeof directory) != NULL ? directory : "");
    if (options->kind == IMAGE_CACHE_KIND_MEMORY) {
        cache->store = image_store_create_memory(options->bytes, error);
        if (cache->store == NULL)
            image_cache_destroy(&cache);
        return cache;
    }
    struct error reason = ERROR_INIT;
    cache->store = image_store_create_disk(options->directory, options->bytes, &reason);
    if (cache->store == NULL)
        cache_close(cache, &reason);
    return cache;
}

void image_cache_destroy(struct image_cache **cache)
{
    struct image_cache *old = *cache;
    if (old == NULL)
        return;
    if (old->store != NULL)
        old->store->interface->destroy(old->store);
    pthread_mutex_destroy(&old->mutex);
    memory_free(old->working_directory);
    memory_free(old);
    *cache = NULL;
}

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)((uint64_t)time->tv_sec * UINT64_C(1000000000) + (uint64_t)time->tv_nsec);
}

/* The file is looked at before it is read: if it changes meanwhile, what is kept is kept under what it no longer is. */
static bool key_init(struct image_key *key, const struct image_cache *cache, const char *path,
                     const struct decode_options *options, struct arena *arena)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    key->path = *path == '/' ? path : arena_format(arena, "%s/%s", cache->working_directory, path);
    key->stamp = (struct file_stamp){
        .size = (int64_t)status.st_size,
        .number = (int64_t)status.st_ino,
        .modified = nanoseconds(&status.st_mtim),
        .changed = nanoseconds(&status.st_ctim),
    };
    key->decoding =
        (uint32_t)options->channels | (options->palette_indices ? 4u : 0u) | (options->apply_orientation ? 8u : 0u);
    return true;
}

bool image_cache_load(struct image_cache *cache, const char *path, const struct decode_options *options,
                      struct arena *arena, struct image *image, struct error *error)
{
    struct image_key key;
    if (cache == NULL || cache->store == NULL || !key_init(&key, cache, path, options, arena))
        return image_load(path, options, arena, image, error);
    struct image_store *store = cache->store;
    if (store->interface->find(store, &key, arena, image))
        return true;
    if (!image_load(path, options, arena, image, error))
        return false;
    struct error reason = ERROR_INIT;
    if (!atomic_load(&cache->closed) && !store->interface->keep(store, &key, image, &reason))
        cache_close(cache, &reason);
    return true;
}

bool image_cache_take_note(struct image_cache *cache, char note[IMAGE_CACHE_NOTE_BYTES])
{
    if (!atomic_exchange(&cache->has_note, false))
        return false;
    pthread_mutex_lock(&cache->mutex);
    snprintf(note, IMAGE_CACHE_NOTE_BYTES, "%s", cache->note);
    pthread_mutex_unlock(&cache->mutex);
    return true;
}
