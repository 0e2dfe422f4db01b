/* image_folder.c: images in one folder per class. */
#include "components/datasets/image_folder.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "components/datasets/archive_store.h"
#include "engine/base/digest.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

/* One image. */
struct folder_entry {
    const char *path;
    int32_t label;
};

struct image_folder {
    struct dataset base;
    struct image_folder_params params;
    struct download_source source;
    /** Set by open. */
    struct arena arena;
    const char *directory;
    const char **classes;
    struct folder_entry *entries;
    size_t capacity;
};

static bool image_folder_prepare(struct dataset *dataset, struct progress *progress, struct error *error)
{
    struct image_folder *folder = (struct image_folder *)dataset;
    return folder->params.url == NULL || archive_store_prepare(folder->params.root, &folder->source, progress, error);
}

static const char *image_folder_find(struct image_folder *folder)
{
    struct text root = TEXT_INIT;
    if (folder->params.url != NULL)
        archive_store_find(folder->params.root, &folder->source, &root);
    else
        text_append(&root, folder->params.root);
    if (folder->params.folder != NULL)
        text_format(&root, "/%s", folder->params.folder);
    const char *directory = arena_copy_string(&folder->arena, text_string(&root));
    text_finish(&root);
    return directory;
}

static bool is_image(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t end = strlen(endings[i]);
        if (length > end && strcasecmp(name + length - end, endings[i]) == 0)
            return true;
    }
    return false;
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void image_folder_add(struct image_folder *folder, const char *path)
{
    size_t count = (size_t)folder->base.info.length;
    if (count == folder->capacity) {
        folder->capacity = count > 0 ? 2 * count : 1024;
        folder->entries = memory_resize(folder->entries, folder->capacity, sizeof *folder->entries);
    }
    folder->entries[count] =
        (struct folder_entry){arena_copy_string(&folder->arena, path), folder->base.info.num_classes - 1};
    folder->base.info.length++;
}

static void image_folder_add_class(struct image_folder *folder, const char *name)
{
    int count = folder->base.info.num_classes++;
    folder->classes = memory_resize(folder->classes, (size_t)count + 1, sizeof *folder->classes);
    folder->classes[count] = arena_copy_string(&folder->arena, name);
}

/* Links are followed, as torchvision does; fts notices those that lead in a circle. */
static bool image_folder_walk(struct image_folder *folder, FTS *walk, struct progress *progress, struct error *error)
{
    int64_t before = 0;
    for (FTSENT *entry; (entry = fts_read(walk)) != NULL;) {
        bool is_class = entry->fts_level == 1 && entry->fts_info == FTS_D;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
            return error_set_errno(error, ERROR_DATA, entry->fts_errno, "cannot read '%s'", entry->fts_path);
        if (is_class)
            image_folder_add_class(folder, entry->fts_name);
        if (is_class)
            before = folder->base.info.length;
        if (entry->fts_level >= 2 && entry->fts_info == FTS_F && is_image(entry->fts_name))
            image_folder_add(folder, entry->fts_path);
        if (entry->fts_level == 1 && entry->fts_info == FTS_DP && folder->base.info.length == before) {
            error_set(error, ERROR_DATA, "the class folder '%s' holds no image", entry->fts_path);
            return error_hint(error, "images are files named .jpg, .jpeg or .png");
        }
        if (progress->stopped(progress))
            return error_set(error, ERROR_INTERRUPTED, "stopped while listing '%s'", folder->directory);
    }
    return true;
}

static bool image_folder_open(struct dataset *dataset, struct progress *progress, struct error *error)
{
    struct image_folder *folder = (struct image_folder *)dataset;
    folder->directory = image_folder_find(folder);
    if (!directory_exists(folder->directory)) {
        error_set(error, ERROR_DATA, "wanted the directory '%s', found none", folder->directory);
        return error_hint(error, "check 'root' and 'folder'");
    }
    char *roots[] = {(char *)folder->directory, NULL};
    FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, compare_names);
    if (walk == NULL)
        return error_set_errno(error, ERROR_DATA, errno, "cannot read '%s'", folder->directory);
    bool ok = image_folder_walk(folder, walk, progress, error);
    fts_close(walk);
    folder->base.info.class_names = folder->classes;
    if (!ok || folder->base.info.num_classes > 0)
        return ok;
    error_set(error, ERROR_DATA, "wanted one folder per class in '%s', found none", folder->directory);
    return error_hint(error, "images lie in folders named after their class: %s/cat/1.jpg", folder->directory);
}

static bool image_folder_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    const struct image_folder *folder = (const struct image_folder *)dataset;
    const struct folder_entry *entry = &folder->entries[index];
    static const struct decode_options options = {.channels = 3};
    if (!sample_load_image(sample, entry->path, &options, error))
        return false;
    sample->name = entry->path + strlen(folder->directory) + 1;
    sample->label = entry->label;
    return true;
}

static void image_folder_destroy(struct dataset *dataset)
{
    struct image_folder *folder = (struct image_folder *)dataset;
    arena_finish(&folder->arena);
    memory_free(folder->classes);
    memory_free(folder->entries);
    memory_free(folder);
}

struct dataset *image_folder_create(const struct image_folder_params *params, struct error *error)
{
    static const struct dataset_interface interface = {
        .prepare = image_folder_prepare,
        .open = image_folder_open,
        .read = image_folder_read,
        .destroy = image_folder_destroy,
    };
    enum digest_kind kind;
    char hex[DIGEST_HEX_BYTES];
    if (params->checksum != NULL && !digest_parse(params->checksum, &kind, hex)) {
        error_set(error, ERROR_CONFIG, "wanted an MD5 or SHA-256 digest as 'checksum', found '%s'", params->checksum);
        return NULL;
    }
    struct image_folder *folder = memory_allocate(1, sizeof *folder);
    folder->base.interface = &interface;
    folder->base.info.has_labels = true;
    folder->params = *params;
    folder->source =
        (struct download_source){.url = params->url, .mirrors = params->mirrors, .checksum = params->checksum};
    return &folder->base;
}
