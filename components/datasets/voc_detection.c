/* voc_detection.c: images with labelled boxes in PASCAL VOC's layout. */
#include "components/datasets/voc_detection.h"

#include <stdio.h>
#include <string.h>

#include "components/datasets/archive_store.h"
#include "components/datasets/voc_image_set.h"
#include "components/datasets/voc_xml.h"
#include "components/datasets/voc_years.h"
#include "engine/base/digest.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/nearest.h"
#include "engine/base/text.h"

const struct string_list voc_class_names = {
    .items =
        (const char *const[]){"aeroplane", "bicycle",     "bird",  "boat",        "bottle", "bus",      "car",
                              "cat",       "chair",       "cow",   "diningtable", "dog",    "horse",    "motorbike",
                              "person",    "pottedplant", "sheep", "sofa",        "train",  "tvmonitor"},
    .count = 20,
};

/* One image of the list. */
struct voc_entry {
    const char *id;
    const char *image_path;
    struct boxes boxes;
};

struct voc_detection {
    struct dataset base;
    struct voc_detection_params params;
    struct download_source source;
    const char *folder;
    struct string_list classes;
    /** Set by open. */
    struct arena arena;
    const char *directory;
    struct voc_entry *entries;
};

static bool voc_has_set(const struct voc_detection *voc, const char *root, struct text *directory)
{
    struct text list = TEXT_INIT;
    text_clear(directory);
    text_format(directory, "%s/%s", root, voc->folder);
    text_format(&list, "%s/ImageSets/Main/%s.txt", text_string(directory), voc->params.image_set);
    bool found = file_exists(text_string(&list));
    text_finish(&list);
    return found;
}

/* Where the data is: as torchvision leaves it under the root, or in the archive's directory. */
static bool voc_find(const struct voc_detection *voc, struct text *directory)
{
    if (voc_has_set(voc, voc->params.root, directory))
        return true;
    struct text extracted = TEXT_INIT;
    bool found = archive_store_find(voc->params.root, &voc->source, &extracted) &&
                 voc_has_set(voc, text_string(&extracted), directory);
    text_finish(&extracted);
    return found;
}

static bool voc_prepare(struct dataset *dataset, struct progress *progress, struct error *error)
{
    struct voc_detection *voc = (struct voc_detection *)dataset;
    struct text directory = TEXT_INIT;
    bool found = voc_find(voc, &directory);
    text_finish(&directory);
    return found || !voc->params.download || archive_store_prepare(voc->params.root, &voc->source, progress, error);
}

static bool voc_fail_to_find(const struct voc_detection *voc, struct error *error)
{
    const char *root = voc->params.root, *set = voc->params.image_set;
    struct text extracted = TEXT_INIT;
    if (archive_store_find(root, &voc->source, &extracted)) {
        error_set(error, ERROR_DATA, "wanted '%s/ImageSets/Main/%s.txt' in '%s', found none", voc->folder, set,
                  text_string(&extracted));
        error_hint(error, "check 'image_set', and 'folder': the archive may use another one");
    } else {
        error_set(error, ERROR_DATA, "wanted '%s/%s/ImageSets/Main/%s.txt', found none", root, voc->folder, set);
        error_hint(error, "set 'download: true', or set 'root' to the directory that holds '%s'", voc->folder);
    }
    text_finish(&extracted);
    return false;
}

static bool voc_find_image(const struct voc_detection *voc, struct voc_entry *entry, struct arena *arena,
                           struct error *error)
{
    static const char *const endings[] = {"jpg", "jpeg", "png", "JPG", "JPEG", "PNG"};
    char path[4096];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(path, sizeof path, "%s/JPEGImages/%s.%s", voc->directory, entry->id, endings[i]);
        if (file_exists(path)) {
            entry->image_path = arena_copy_string(arena, path);
            return true;
        }
    }
    return error_set(error, ERROR_DATA, "wanted the image '%s/JPEGImages/%s.jpg' (or .jpeg, .png), found none",
                     voc->directory, entry->id);
}

static bool voc_find_label(const struct voc_detection *voc, const char *name, int32_t *label, struct error *error)
{
    const struct string_list *classes = &voc->classes;
    for (size_t i = 0; i < classes->count; i++) {
        if (strcmp(classes->items[i], name) == 0) {
            *label = (int32_t)i + 1;
            return true;
        }
    }
    const char *nearest = nearest_find(name, classes->items, classes->count);
    error_set(error, ERROR_DATA, "wanted one of the %zu classes, found '%s'%s%s%s", classes->count, name,
              nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    return error_hint(error, "name the classes of your data with 'classes'");
}

/* What opening has seen so far. */
struct voc_counts {
    int64_t without_area;
    const char *first_without_area;
};

static bool voc_keep_boxes(const struct voc_detection *voc, const struct voc_annotation *annotation,
                           struct voc_entry *entry, struct voc_counts *counts, struct arena *arena, struct error *error)
{
    entry->boxes.items = arena_allocate(arena, (size_t)annotation->count, sizeof *entry->boxes.items);
    for (int i = 0; i < annotation->count; i++) {
        const struct voc_object *object = &annotation->objects[i];
        struct box box = {
            .corners = {(float)object->xmin, (float)object->ymin, (float)object->xmax, (float)object->ymax},
            .difficult = object->difficult,
        };
        if (!voc_find_label(voc, object->name, &box.label, error))
            return false;
        if (object->difficult && !voc->params.keep_difficult)
            continue;
        if (box.corners[2] <= box.corners[0] || box.corners[3] <= box.corners[1]) {
            if (counts->without_area++ == 0)
                counts->first_without_area = entry->id;
            continue;
        }
        entry->boxes.items[entry->boxes.count++] = box;
    }
    return true;
}

static bool voc_open_entry(struct voc_detection *voc, struct voc_entry *entry, struct voc_counts *counts,
                           struct arena *scratch, struct error *error)
{
    struct voc_annotation annotation;
    arena_reset(scratch);
    char *path = arena_format(scratch, "%s/Annotations/%s.xml", voc->directory, entry->id);
    if (!voc_xml_load(path, &annotation, scratch, error))
        return false;
    if (!voc_keep_boxes(voc, &annotation, entry, counts, &voc->arena, error))
        return error_prefix(error, "'%s': ", path);
    return voc_find_image(voc, entry, &voc->arena, error);
}

static void voc_note_counts(const struct voc_counts *counts, struct progress *progress)
{
    if (counts->without_area == 0)
        return;
    char line[256];
    snprintf(line, sizeof line, "%lld box%s left out: no area (the first in '%s')", (long long)counts->without_area,
             counts->without_area == 1 ? " is" : "es are", counts->first_without_area);
    progress->note(progress, line);
}

static bool voc_open_entries(struct voc_detection *voc, const struct voc_image_set *set, struct progress *progress,
                             struct error *error)
{
    struct arena scratch = ARENA_INIT;
    struct voc_counts counts = {0};
    bool ok = true;
    voc->entries = arena_allocate(&voc->arena, (size_t)set->count, sizeof *voc->entries);
    for (int64_t i = 0; i < set->count && ok; i++) {
        struct voc_entry *entry = &voc->entries[i];
        entry->id = set->ids[i];
        ok = voc_open_entry(voc, entry, &counts, &scratch, error);
        if (entry->boxes.count > voc->base.info.max_boxes)
            voc->base.info.max_boxes = entry->boxes.count;
        progress->update(progress, "reading annotations", (uint64_t)i + 1, (uint64_t)set->count, "files");
        if (ok && progress->stopped(progress))
            ok = error_set(error, ERROR_INTERRUPTED, "stopped while reading annotations");
    }
    arena_finish(&scratch);
    if (ok)
        voc_note_counts(&counts, progress);
    return ok;
}

static bool voc_open(struct dataset *dataset, struct progress *progress, struct error *error)
{
    struct voc_detection *voc = (struct voc_detection *)dataset;
    struct text directory = TEXT_INIT;
    bool found = voc_find(voc, &directory);
    voc->directory = arena_copy_string(&voc->arena, text_string(&directory));
    text_finish(&directory);
    if (!found)
        return voc_fail_to_find(voc, error);
    struct voc_image_set set;
    char *list = arena_format(&voc->arena, "%s/ImageSets/Main/%s.txt", voc->directory, voc->params.image_set);
    if (!voc_image_set_load(list, &set, &voc->arena, error))
        return false;
    voc->base.info = (struct dataset_info){
        .name = voc->params.image_set,
        .length = set.count,
        .class_names = voc->classes.items,
        .num_classes = (int)voc->classes.count,
        .has_boxes = true,
        .counts_from_one = true,
    };
    return voc_open_entries(voc, &set, progress, error);
}

static bool voc_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    const struct voc_detection *voc = (const struct voc_detection *)dataset;
    const struct voc_entry *entry = &voc->entries[index];
    static const struct decode_options options = {.channels = 3};
    if (!sample_load_image(sample, entry->image_path, &options, error))
        return false;
    sample->name = entry->id;
    size_t bytes = (size_t)entry->boxes.count * sizeof *entry->boxes.items;
    sample->boxes.count = entry->boxes.count;
    sample->boxes.items = arena_allocate(sample->arena, bytes, 1);
    if (bytes > 0)
        memcpy(sample->boxes.items, entry->boxes.items, bytes);
    return true;
}

static void voc_destroy(struct dataset *dataset)
{
    struct voc_detection *voc = (struct voc_detection *)dataset;
    arena_finish(&voc->arena);
    memory_free(voc);
}

struct dataset *voc_detection_create(const struct voc_detection_params *params, struct error *error)
{
    static const struct dataset_interface interface = {
        .prepare = voc_prepare,
        .open = voc_open,
        .read = voc_read,
        .destroy = voc_destroy,
    };
    enum digest_kind kind;
    char hex[DIGEST_HEX_BYTES];
    if (params->checksum != NULL && !digest_parse(params->checksum, &kind, hex)) {
        error_set(error, ERROR_CONFIG, "wanted an MD5 or SHA-256 digest as 'checksum', found '%s'", params->checksum);
        return NULL;
    }
    const struct voc_archive *official = voc_archive_get(params->year, params->image_set);
    struct voc_detection *voc = memory_allocate(1, sizeof *voc);
    voc->base.interface = &interface;
    voc->params = *params;
    voc->source = official->source;
    if (params->url != NULL)
        voc->source =
            (struct download_source){.url = params->url, .mirrors = params->mirrors, .checksum = params->checksum};
    else if (params->mirrors.count > 0)
        voc->source.mirrors = params->mirrors;
    voc->folder = params->folder != NULL ? params->folder : official->folder;
    voc->classes = params->classes.count > 0 ? params->classes : voc_class_names;
    voc->base.info.class_names = voc->classes.items;
    voc->base.info.num_classes = (int)voc->classes.count;
    return &voc->base;
}
