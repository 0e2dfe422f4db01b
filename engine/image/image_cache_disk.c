/* image_cache_disk.c: decoded pictures in a directory, a file each. */
#include "engine/image/image_cache_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>

#include "engine/base/checksum.h"
#include "engine/base/digest.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/lock.h"
#include "engine/base/memory.h"

/* Another version of a library may decode to other low bits. */
#define TEXT_OF(value) #value
#define VERSION_TEXT(value) TEXT_OF(value)
#define DECODERS "libjpeg-turbo " VERSION_TEXT(LIBJPEG_TURBO_VERSION) ", libpng " PNG_LIBPNG_VER_STRING

#define MAGIC "lrunpix1"
#define ENDING ".pixels"
/* What a file takes of the disk is counted in these. */
#define DISK_BLOCK ((int64_t)4096)

/* A file is this and the pixels, as the machine keeps them: the directory belongs to one machine. */
struct header {
    char magic[8];
    /* Of the header with this as 0, then the pixels. */
    uint64_t checksum;
    char name[DIGEST_HEX_BYTES - 1];
    struct file_stamp stamp;
    int32_t width;
    int32_t height;
    int32_t channels;
    int32_t unused;
};
_Static_assert(sizeof(struct header) == 128, "the header has no padding, which would not be set");

struct disk_store {
    struct image_store base;
    char *directory;
    int64_t limit;
    pthread_mutex_t mutex;
    /* Guarded by the mutex. Held by the one program that adds files; then `used` is what the directory takes. */
    struct lock lock;
    int64_t used;
};

static int64_t bytes_on_disk(int64_t size)
{
    return (size + DISK_BLOCK - 1) / DISK_BLOCK * DISK_BLOCK;
}

static void name_find(const struct image_key *key, struct arena *arena, char name[DIGEST_HEX_BYTES])
{
    const char *identity = arena_format(arena, "%s\n%u\n%s", DECODERS, (unsigned)key->decoding, key->path);
    digest_bytes(DIGEST_SHA256, identity, strlen(identity), name);
}

static uint64_t header_checksum(struct header header, const struct image *image)
{
    header.checksum = 0;
    return checksum_bytes(image->bytes, image_count(image), checksum_bytes(&header, sizeof header, 0));
}

static bool read_all(int descriptor, void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = read(descriptor, (unsigned char *)bytes + done, size - done);
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

static bool header_fits(const struct header *header, const struct image_key *key, const char *name)
{
    return memcmp(header->magic, MAGIC, sizeof header->magic) == 0 &&
           memcmp(header->name, name, sizeof header->name) == 0 &&
           memcmp(&header->stamp, &key->stamp, sizeof header->stamp) == 0 &&
           (header->channels == 1 || header->channels == 3);
}

/* Nothing of the file is believed before it is checked. */
static bool picture_read(int descriptor, const struct image_key *key, const char *name, struct arena *arena,
                         struct image *image)
{
    struct stat status;
    struct header header;
    struct error ignored = ERROR_INIT;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && read_all(descriptor, &header, sizeof header) &&
           header_fits(&header, key, name) &&
           image_init(image, header.width, header.height, header.channels, DTYPE_U8, arena, &ignored) &&
           (size_t)status.st_size == sizeof header + image_count(image) &&
           read_all(descriptor, image->bytes, image_count(image)) && header.checksum == header_checksum(header, image);
}

static bool disk_store_find(struct image_store *base, const struct image_key *key, struct arena *arena,
                            struct image *image)
{
    struct disk_store *store = (struct disk_store *)base;
    char name[DIGEST_HEX_BYTES];
    name_find(key, arena, name);
    const char *path = arena_format(arena, "%s/%s" ENDING, store->directory, name);
    /* O_NONBLOCK: opening a FIFO must not hang. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    bool found = picture_read(descriptor, key, name, arena, image);
    close(descriptor);
    return found;
}

/* What the directory's files take. */
static int64_t directory_measure(const char *directory)
{
    int64_t used = 0;
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return 0;
    struct stat status;
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
        if (fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode))
            used += bytes_on_disk((int64_t)status.st_size);
    closedir(stream);
    return used;
}

/* Becomes the program that adds files, unless another is. The mutex is held. */
static bool store_adds(struct disk_store *store, struct arena *arena)
{
    if (store->lock.descriptor >= 0)
        return true;
    if (!lock_try(&store->lock, arena_format(arena, "%s/.lock", store->directory)))
        return false;
    durable_directory_clean(store->directory);
    store->used = directory_measure(store->directory);
    return true;
}

/* Counts a file of `size` bytes at `path` before it is written, in the place of what is there. */
static bool room_take(struct disk_store *store, const char *path, int64_t size, int64_t *taken, struct error *error)
{
    struct stat status;
    int64_t before = lstat(path, &status) == 0 ? bytes_on_disk((int64_t)status.st_size) : 0;
    *taken = bytes_on_disk(size) - before;
    pthread_mutex_lock(&store->mutex);
    bool fits = *taken <= store->limit - store->used;
    store->used += fits ? *taken : 0;
    pthread_mutex_unlock(&store->mutex);
    return fits || image_store_is_full(store->limit, error);
}

static void room_give_back(struct disk_store *store, int64_t taken)
{
    pthread_mutex_lock(&store->mutex);
    store->used -= taken;
    pthread_mutex_unlock(&store->mutex);
}

static bool picture_write(const char *path, const char *name, const struct image_key *key, const struct image *image,
                          struct error *error)
{
    struct header header = {
        .magic = MAGIC,
        .stamp = key->stamp,
        .width = image->width,
        .height = image->height,
        .channels = image->channels,
    };
    memcpy(header.name, name, sizeof header.name);
    header.checksum = header_checksum(header, image);
    struct durable_file *file = durable_file_begin(path, sizeof header + image_count(image), error);
    bool ok = file != NULL && durable_file_write(file, &header, sizeof header, error) &&
              durable_file_write(file, image->bytes, image_count(image), error) && durable_file_publish(&file, error);
    durable_file_abandon(&file);
    return ok;
}

static bool disk_store_keep(struct image_store *base, const struct image_key *key, const struct image *image,
                            struct error *error)
{
    struct disk_store *store = (struct disk_store *)base;
    struct arena arena = ARENA_INIT;
    char name[DIGEST_HEX_BYTES];
    name_find(key, &arena, name);
    const char *path = arena_format(&arena, "%s/%s" ENDING, store->directory, name);
    pthread_mutex_lock(&store->mutex);
    bool adds = store_adds(store, &arena);
    pthread_mutex_unlock(&store->mutex);
    int64_t taken = 0;
    bool ok = !adds || room_take(store, path, (int64_t)(sizeof(struct header) + image_count(image)), &taken, error);
    if (ok && adds && !picture_write(path, name, key, image, error)) {
        room_give_back(store, taken);
        ok = false;
    }
    arena_finish(&arena);
    return ok;
}

static void disk_store_destroy(struct image_store *base)
{
    struct disk_store *store = (struct disk_store *)base;
    lock_release(&store->lock);
    pthread_mutex_destroy(&store->mutex);
    memory_free(store->directory);
    memory_free(store);
}

struct image_store *image_store_create_disk(const char *directory, int64_t bytes, struct error *error)
{
    static const struct image_store_interface interface = {
        .find = disk_store_find,
        .keep = disk_store_keep,
        .destroy = disk_store_destroy,
    };
    if (!directory_create(directory, error))
        return NULL;
    struct disk_store *store = memory_allocate(1, sizeof *store);
    *store = (struct disk_store){.base.interface = &interface, .limit = bytes, .lock = LOCK_INIT};
    store->directory = memory_copy_string(directory);
    pthread_mutex_init(&store->mutex, NULL);
    return &store->base;
}
