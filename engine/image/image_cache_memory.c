/* image_cache_memory.c: decoded pictures in one block of memory. */
#include "engine/image/image_cache_store.h"

#include <pthread.h>
#include <string.h>

#include "engine/base/checksum.h"
#include "engine/base/memory.h"

#define ALIGNMENT ((size_t)64)
/* A picture is seldom smaller than this, so that chains stay short. */
#define BYTES_PER_CHAIN ((size_t)32 << 10)
#define MOST_CHAINS ((size_t)1 << 20)

/* A kept picture: this, its path, its pixels, all in the block. */
struct entry {
    struct entry *next;
    struct image_key key;
    struct image image;
    /* Its pixels are there. Guarded by the mutex; before, they belong to who makes the entry. */
    bool is_ready;
};

struct memory_store {
    struct image_store base;
    unsigned char *block;
    size_t size;
    pthread_mutex_t mutex;
    /* Guarded by the mutex. */
    size_t used;
    struct entry **chains;
    size_t chain_count;
};

static struct entry **chain_of(struct memory_store *store, const struct image_key *key)
{
    return &store->chains[checksum_bytes(key->path, strlen(key->path), key->decoding) % store->chain_count];
}

/* Whatever the file's stamp. The mutex is held. */
static struct entry *entry_find(struct memory_store *store, const struct image_key *key)
{
    struct entry *entry = *chain_of(store, key);
    while (entry != NULL && (entry->key.decoding != key->decoding || strcmp(entry->key.path, key->path) != 0))
        entry = entry->next;
    return entry;
}

static bool memory_store_find(struct image_store *base, const struct image_key *key, struct arena *arena,
                              struct image *image)
{
    struct memory_store *store = (struct memory_store *)base;
    pthread_mutex_lock(&store->mutex);
    const struct entry *entry = entry_find(store, key);
    bool found = entry != NULL && entry->is_ready && memcmp(&entry->key.stamp, &key->stamp, sizeof key->stamp) == 0;
    pthread_mutex_unlock(&store->mutex);
    struct error ignored = ERROR_INIT;
    if (!found ||
        !image_init(image, entry->image.width, entry->image.height, entry->image.channels, DTYPE_U8, arena, &ignored))
        return false;
    memcpy(image->bytes, entry->image.bytes, image_count(image));
    return true;
}

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Puts an entry without pixels into its chain. The mutex is held. */
static struct entry *entry_add(struct memory_store *store, const struct image_key *key, const struct image *image)
{
    size_t path_bytes = strlen(key->path) + 1;
    size_t head = round_up(sizeof(struct entry) + path_bytes), size = head + round_up(image_count(image));
    if (size > store->size - store->used)
        return NULL;
    unsigned char *place = store->block + store->used;
    store->used += size;
    struct entry *entry = (struct entry *)(void *)place, **chain = chain_of(store, key);
    *entry = (struct entry){.next = *chain, .key = *key, .image = *image};
    entry->key.path = memcpy(place + sizeof *entry, key->path, path_bytes);
    entry->image.bytes = place + head;
    *chain = entry;
    return entry;
}

/* A picture whose file has changed keeps its old place, which is lost: files rarely change under a run. */
static bool memory_store_keep(struct image_store *base, const struct image_key *key, const struct image *image,
                              struct error *error)
{
    struct memory_store *store = (struct memory_store *)base;
    pthread_mutex_lock(&store->mutex);
    bool is_known = entry_find(store, key) != NULL;
    struct entry *entry = is_known ? NULL : entry_add(store, key, image);
    pthread_mutex_unlock(&store->mutex);
    if (entry == NULL)
        return is_known || image_store_is_full((int64_t)store->size, error);
    memcpy(entry->image.bytes, image->bytes, image_count(image));
    pthread_mutex_lock(&store->mutex);
    entry->is_ready = true;
    pthread_mutex_unlock(&store->mutex);
    return true;
}

static void memory_store_destroy(struct image_store *base)
{
    struct memory_store *store = (struct memory_store *)base;
    pthread_mutex_destroy(&store->mutex);
    memory_free_large(store->block);
    memory_free(store->chains);
    memory_free(store);
}

struct image_store *image_store_create_memory(int64_t bytes, struct error *error)
{
    static const struct image_store_interface interface = {
        .find = memory_store_find,
        .keep = memory_store_keep,
        .destroy = memory_store_destroy,
    };
    void *block = memory_allocate_large((size_t)bytes, "the cache of images", error);
    if (block == NULL) {
        error_hint(error, "lower 'cache_bytes'");
        return NULL;
    }
    struct memory_store *store = memory_allocate(1, sizeof *store);
    *store = (struct memory_store){.base.interface = &interface, .block = block, .size = (size_t)bytes};
    store->chain_count = 1 + store->size / BYTES_PER_CHAIN;
    if (store->chain_count > MOST_CHAINS)
        store->chain_count = MOST_CHAINS;
    store->chains = memory_allocate(store->chain_count, sizeof *store->chains);
    pthread_mutex_init(&store->mutex, NULL);
    return &store->base;
}
