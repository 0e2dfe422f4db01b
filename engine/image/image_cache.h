/*
 * image_cache.h: pictures in files become pixels, once: decoded pictures are kept, in memory or on disk.
 *
 *     struct image_cache_options options = {.kind = IMAGE_CACHE_KIND_MEMORY, .bytes = 2 << 30};
 *     struct image_cache *cache = image_cache_create(&options, error);
 *     image_cache_load(cache, path, &decode_options, arena, &image, error);
 *
 * The pixels are those that image_load gives: a picture is kept under its path, the way it is decoded, and its file's size,
 * number and times, so that a changed file is decoded anew. What fits is kept until the bytes are used up, and nothing is
 * thrown out for something else: where every picture is wanted once per epoch, in any order, no policy hits more often.
 *
 * In memory: one block, used from its start, as much of it as is filled. On disk: a file per picture in one directory, which
 * programs share, with a checksum over all that it says; a file that is cut off, damaged or not ours is as good as none. One
 * program at a time adds to the directory, the others read. A disk that is full or cannot be written ends the adding.
 */
#ifndef LRUN_ENGINE_IMAGE_IMAGE_CACHE_H
#define LRUN_ENGINE_IMAGE_IMAGE_CACHE_H

#include "engine/image/decode.h"

struct image_cache;

/** Where decoded pictures are kept. */
enum image_cache_kind {
    IMAGE_CACHE_KIND_NONE,
    IMAGE_CACHE_KIND_MEMORY,
    IMAGE_CACHE_KIND_DISK,
};

struct image_cache_options {
    /** Not none. */
    enum image_cache_kind kind;
    /** Most bytes that it takes: of memory, or of its directory. */
    int64_t bytes;
    /** Of the disk's: made when it is not there. Lent. */
    const char *directory;
};

/** Makes a cache. Fails with ERROR_MEMORY. A directory that cannot be made is a note. */
struct image_cache *image_cache_create(const struct image_cache_options *options, struct error *error);

/** Accepts NULL. */
void image_cache_destroy(struct image_cache **cache);

/** As image_load, from the cache if it can. Thread-safe. `cache` may be NULL: nothing is kept. */
bool image_cache_load(struct image_cache *cache, const char *path, const struct decode_options *options,
                      struct arena *arena, struct image *image, struct error *error);

/** Room for a note: an error's message, and what it means. */
#define IMAGE_CACHE_NOTE_BYTES 1100

/** What the user should know of the cache (why it keeps no more pictures), once; false when there is nothing. Thread-safe. */
bool image_cache_take_note(struct image_cache *cache, char note[IMAGE_CACHE_NOTE_BYTES]);

#endif
