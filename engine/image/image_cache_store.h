/* image_cache_store.h: the two places where an image cache keeps pictures. Internal to engine/image/image_cache*.c. */
#ifndef LRUN_ENGINE_IMAGE_IMAGE_CACHE_STORE_H
#define LRUN_ENGINE_IMAGE_IMAGE_CACHE_STORE_H

#include "engine/image/image_cache.h"

/** How a file was when it was read: another size, number or time (nanoseconds since 1970) is another file. */
struct file_stamp {
    int64_t size;
    int64_t number;
    int64_t modified;
    int64_t changed;
};

/** What a picture is kept under. */
struct image_key {
    /** From the root. */
    const char *path;
    struct file_stamp stamp;
    /** struct decode_options as bits. */
    uint32_t decoding;
};

struct image_store;

struct image_store_interface {
    /** Copies the picture into the arena; false when it is not there. */
    bool (*find)(struct image_store *store, const struct image_key *key, struct arena *arena, struct image *image);
    /** Keeps a picture, if this one can be kept. Fails when no other can be either. */
    bool (*keep)(struct image_store *store, const struct image_key *key, const struct image *image,
                 struct error *error);
    void (*destroy)(struct image_store *store);
};

/** A store; the first member of each one's own struct. Thread-safe. */
struct image_store {
    const struct image_store_interface *interface;
};

/** A block of memory of this size. Fails with ERROR_MEMORY. */
struct image_store *image_store_create_memory(int64_t bytes, struct error *error);

/** A directory that holds at most this much. Fails with ERROR_STORAGE when it cannot be made. */
struct image_store *image_store_create_disk(const char *directory, int64_t bytes, struct error *error);

/** Reports that the store's bytes are used up; false. */
bool image_store_is_full(int64_t bytes, struct error *error);

#endif
