/* idx_dataset.c: what MNIST and its kin share. */
#include "components/datasets/idx_dataset.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/lock.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#define IDX_MAX_BYTES ((size_t)1 << 30)
#define IDX_MAX_SIDE 1024

struct idx_dataset {
    struct dataset base;
    const struct idx_family *family;
    const char *root;
    bool train;
    bool download;
    /** Set by open: the files' bytes, and the sizes that the images' file says. */
    struct text images;
    struct text labels;
    int height;
    int width;
};

/** Whether it is the file of images or that of labels. */
enum idx_file {
    IDX_IMAGES,
    IDX_LABELS,
};

static const char *idx_file_name(const struct idx_dataset *idx, enum idx_file file)
{
    static const char *const names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                                        "t10k-labels-idx1-ubyte"};
    return names[(idx->train ? 0 : 2) + (file == IDX_LABELS)];
}

/* Where the file is, if it is anywhere. */
static bool idx_find(const struct idx_dataset *idx, enum idx_file file, struct text *path)
{
    struct text raw = TEXT_INIT;
    text_format(&raw, "%s/%s/raw", idx->root, idx->family->name);
    const char *const places[] = {text_string(&raw), idx->root, idx->family->system_directory};
    bool found = false;
    for (size_t i = 0; i < sizeof places / sizeof *places && !found; i++) {
        for (int packed = 0; packed < 2 && places[i] != NULL && !found; packed++) {
            text_clear(path);
            text_format(path, "%s/%s%s", places[i], idx_file_name(idx, file), packed ? ".gz" : "");
            found = file_exists(text_string(path));
        }
    }
    text_finish(&raw);
    return found;
}

static bool idx_download(const struct idx_dataset *idx, enum idx_file file, struct progress *progress,
                         struct error *error)
{
    const struct idx_family *family = idx->family;
    struct arena arena = ARENA_INIT;
    const char **urls = arena_allocate(&arena, family->sites.count, sizeof *urls);
    for (size_t i = 0; i < family->sites.count; i++)
        urls[i] = arena_format(&arena, "%s%s.gz", family->sites.items[i], idx_file_name(idx, file));
    struct download_source source = {
        .url = urls[0],
        .mirrors = {.items = urls + 1, .count = family->sites.count - 1},
        .checksum = family->checksums[(idx->train ? 0 : 2) + (file == IDX_LABELS)],
    };
    const char *path = arena_format(&arena, "%s/%s/raw/%s.gz", idx->root, family->name, idx_file_name(idx, file));
    bool ok = download_file(&source, path, &download_default_limits, progress, error);
    arena_finish(&arena);
    return ok;
}

static bool idx_prepare(struct dataset *dataset, struct progress *progress, struct error *error)
{
    const struct idx_dataset *idx = (const struct idx_dataset *)dataset;
    struct text path = TEXT_INIT;
    struct lock lock = LOCK_INIT;
    bool ok = true;
    if (idx->download && !(idx_find(idx, IDX_IMAGES, &path) && idx_find(idx, IDX_LABELS, &path))) {
        text_clear(&path);
        text_format(&path, "%s/%s/raw", idx->root, idx->family->name);
        ok = directory_create(text_string(&path), error);
        text_append(&path, "/.lock");
        ok = ok && lock_take(&lock, text_string(&path), progress, error);
        for (int file = IDX_IMAGES; file <= IDX_LABELS && ok; file++)
            ok = idx_find(idx, file, &path) || idx_download(idx, file, progress, error);
        lock_release(&lock);
    }
    text_finish(&path);
    return ok;
}

/* Reads a file that may be gzip: libarchive's raw format passes a plain one on as it is. */
static bool unpack(const char *path, struct archive *archive, struct text *bytes, struct error *error)
{
    struct archive_entry *entry = NULL;
    archive_read_support_format_raw(archive);
    archive_read_support_filter_gzip(archive);
    if (archive_read_open_filename(archive, path, 65536) != ARCHIVE_OK ||
        archive_read_next_header(archive, &entry) != ARCHIVE_OK)
        return error_set(error, ERROR_DATA, "cannot read '%s': %s", path, archive_error_string(archive));
    const void *block = NULL;
    size_t size = 0;
    la_int64_t offset = 0;
    int status = ARCHIVE_OK;
    while ((status = archive_read_data_block(archive, &block, &size, &offset)) == ARCHIVE_OK) {
        if (size > IDX_MAX_BYTES - bytes->length)
            return error_set(error, ERROR_DATA, "'%s' is too large", path);
        text_append_bytes(bytes, block, size);
    }
    return status == ARCHIVE_EOF ||
           error_set(error, ERROR_DATA, "'%s' is damaged: %s", path, archive_error_string(archive));
}

static uint32_t idx_get_number(const struct text *bytes, size_t index)
{
    const unsigned char *at = (const unsigned char *)bytes->data + 4 * index;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Loads one file and checks its head: `dimensions` sizes of unsigned bytes, and as many bytes as they say. */
static bool idx_load(const struct idx_dataset *idx, enum idx_file file, int dimensions, struct text *bytes,
                     struct error *error)
{
    struct text path = TEXT_INIT;
    bool ok = idx_find(idx, file, &path);
    if (!ok) {
        error_set(error, ERROR_DATA, "wanted '%s/%s/raw/%s' (or .gz), found none", idx->root, idx->family->name,
                  idx_file_name(idx, file));
        error_hint(error, "set 'download: true', or 'root' to the directory that holds the files");
    } else {
        struct archive *archive = archive_read_new();
        ok = unpack(text_string(&path), archive, bytes, error);
        archive_read_free(archive);
    }
    size_t head = 4 + 4 * (size_t)dimensions;
    uint64_t size = 1;
    bool fits = ok && bytes->length >= head && idx_get_number(bytes, 0) == 0x800U + (unsigned)dimensions;
    for (int i = 1; fits && i <= dimensions; i++)
        fits = !__builtin_mul_overflow(size, (uint64_t)idx_get_number(bytes, (size_t)i), &size);
    if (ok && !(fits && bytes->length - head == size))
        ok = error_set(error, ERROR_DATA, "'%s' is not an idx file of unsigned bytes in %d dimensions, or is cut",
                       text_string(&path), dimensions);
    text_finish(&path);
    return ok;
}

static bool idx_check(const struct idx_dataset *idx, struct error *error)
{
    uint32_t count = idx_get_number(&idx->images, 1);
    if (idx_get_number(&idx->labels, 1) != count)
        return error_set(error, ERROR_DATA, "%s: wanted as many labels as images, found %" PRIu32 " and %" PRIu32,
                         idx->family->name, idx_get_number(&idx->labels, 1), count);
    if (count == 0 || idx->height < 1 || idx->height > IDX_MAX_SIDE || idx->width < 1 || idx->width > IDX_MAX_SIDE)
        return error_set(error, ERROR_DATA, "%s: wanted images of 1 to %d pixels a side, found %" PRIu32 " of %dx%d",
                         idx->family->name, IDX_MAX_SIDE, count, idx->width, idx->height);
    for (uint32_t i = 0; i < count; i++)
        if ((unsigned char)idx->labels.data[8 + i] >= IDX_CLASSES)
            return error_set(error, ERROR_DATA, "%s: wanted labels below %d, found %d at %" PRIu32, idx->family->name,
                             IDX_CLASSES, (unsigned char)idx->labels.data[8 + i], i);
    return true;
}

static bool idx_open(struct dataset *dataset, struct progress *progress, struct error *error)
{
    (void)progress;
    struct idx_dataset *idx = (struct idx_dataset *)dataset;
    if (!idx_load(idx, IDX_IMAGES, 3, &idx->images, error) || !idx_load(idx, IDX_LABELS, 1, &idx->labels, error))
        return false;
    idx->height = (int)(idx_get_number(&idx->images, 2) & INT32_MAX);
    idx->width = (int)(idx_get_number(&idx->images, 3) & INT32_MAX);
    idx->base.info.length = idx_get_number(&idx->images, 1);
    return idx_check(idx, error);
}

static bool idx_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    const struct idx_dataset *idx = (const struct idx_dataset *)dataset;
    struct image image;
    if (!image_init(&image, idx->width, idx->height, 1, DTYPE_U8, sample->arena, error))
        return false;
    size_t bytes = image_count(&image);
    memcpy(image.bytes, idx->images.data + 16 + (size_t)index * bytes, bytes);
    sample->name = arena_format(sample->arena, "%s %lld", idx->train ? "train" : "test", (long long)index);
    sample->label = (unsigned char)idx->labels.data[8 + index];
    sample_set_image(sample, &image);
    return true;
}

static void idx_destroy(struct dataset *dataset)
{
    struct idx_dataset *idx = (struct idx_dataset *)dataset;
    text_finish(&idx->images);
    text_finish(&idx->labels);
    memory_free(idx);
}

struct dataset *idx_dataset_create(const struct idx_family *family, const char *root, bool train, bool download)
{
    static const struct dataset_interface interface = {
        .prepare = idx_prepare,
        .open = idx_open,
        .read = idx_read,
        .destroy = idx_destroy,
    };
    struct idx_dataset *idx = memory_allocate(1, sizeof *idx);
    idx->base.interface = &interface;
    idx->base.info =
        (struct dataset_info){.class_names = family->class_names, .num_classes = IDX_CLASSES, .has_labels = true};
    idx->family = family;
    idx->root = root;
    idx->train = train;
    idx->download = download;
    return &idx->base;
}
