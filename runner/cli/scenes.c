/* scenes.c: writes drawn pictures as a PASCAL VOC archive. */
#include "runner/cli/scenes.h"

#include <archive.h>
#include <archive_entry.h>

#include "components/datasets/scene.h"
#include "engine/base/durable_file.h"
#include "engine/base/text.h"
#include "engine/image/jpeg.h"

#define FOLDER "VOCdevkit/Scenes"
#define JPEG_QUALITY 90

const struct scenes_options scenes_defaults = {
    .images = 500,
    .width = 240,
    .height = 180,
    .seed = 0,
    .split_every = 5,
};

enum split { SPLIT_TRAIN, SPLIT_VAL, SPLIT_TEST, SPLIT_TRAINVAL, SPLIT_COUNT };

static const char *const split_names[SPLIT_COUNT] = {"train", "val", "test", "trainval"};

/* The archive being written, and the lists that grow with it. */
struct scenes_archive {
    struct archive *archive;
    struct durable_file *file;
    struct text lists[SPLIT_COUNT];
    struct text bytes;
    struct error *error;
};

static la_ssize_t scenes_archive_take(struct archive *archive, void *context, const void *bytes, size_t size)
{
    (void)archive;
    struct scenes_archive *self = context;
    return durable_file_write(self->file, bytes, size, self->error) ? (la_ssize_t)size : -1;
}

/* Adds the bytes as a file of the archive. The times are zero: the same scenes give the same archive. */
static bool scenes_archive_add(struct scenes_archive *self, const char *path, const struct text *bytes)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, path);
    archive_entry_set_size(entry, (la_int64_t)bytes->length);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 0, 0);
    bool ok = archive_write_header(self->archive, entry) == ARCHIVE_OK &&
              archive_write_data(self->archive, text_string(bytes), bytes->length) == (la_ssize_t)bytes->length;
    archive_entry_free(entry);
    if (!ok && !error_is_set(self->error))
        error_set(self->error, ERROR_STORAGE, "cannot write '%s': %s", path, archive_error_string(self->archive));
    return ok;
}

static void format_annotation(const struct scene *scene, const char *name, struct text *xml)
{
    text_format(xml, "<annotation>\n\t<folder>Scenes</folder>\n\t<filename>%s.jpg</filename>\n", name);
    text_format(xml, "\t<size>\n\t\t<width>%d</width>\n\t\t<height>%d</height>\n\t\t<depth>3</depth>\n\t</size>\n",
                scene->image.width, scene->image.height);
    text_append(xml, "\t<segmented>0</segmented>\n");
    for (int i = 0; i < scene->count; i++) {
        const struct scene_object *object = &scene->objects[i];
        text_format(xml,
                    "\t<object>\n\t\t<name>%s</name>\n\t\t<pose>Unspecified</pose>\n\t\t<truncated>%d</truncated>\n"
                    "\t\t<difficult>%d</difficult>\n",
                    scene_class_names[object->shape], object->truncated, object->difficult);
        text_format(xml,
                    "\t\t<bndbox>\n\t\t\t<xmin>%d</xmin>\n\t\t\t<ymin>%d</ymin>\n\t\t\t<xmax>%d</xmax>\n"
                    "\t\t\t<ymax>%d</ymax>\n\t\t</bndbox>\n\t</object>\n",
                    object->corners[0], object->corners[1], object->corners[2], object->corners[3]);
    }
    text_append(xml, "</annotation>\n");
}

static enum split split_of(const struct scenes_options *options, int image)
{
    int position = image % options->split_every;
    return position == options->split_every - 1   ? SPLIT_VAL
           : position == options->split_every - 2 ? SPLIT_TEST
                                                  : SPLIT_TRAIN;
}

static bool scenes_archive_add_scene(struct scenes_archive *self, const struct scenes_options *options, int image,
                                     struct arena *arena)
{
    struct scene scene;
    arena_reset(arena);
    if (!scene_draw(&scene, options->seed, image, options->width, options->height, arena, self->error))
        return false;
    const char *name = arena_format(arena, "%06d", image);
    enum split split = split_of(options, image);
    text_format(&self->lists[split], "%s\n", name);
    if (split != SPLIT_TEST)
        text_format(&self->lists[SPLIT_TRAINVAL], "%s\n", name);
    text_clear(&self->bytes);
    if (!jpeg_encode(&scene.image, JPEG_QUALITY, &self->bytes, self->error) ||
        !scenes_archive_add(self, arena_format(arena, FOLDER "/JPEGImages/%s.jpg", name), &self->bytes))
        return false;
    text_clear(&self->bytes);
    format_annotation(&scene, name, &self->bytes);
    return scenes_archive_add(self, arena_format(arena, FOLDER "/Annotations/%s.xml", name), &self->bytes);
}

static bool scenes_archive_fill(struct scenes_archive *self, const struct scenes_options *options,
                                struct progress *progress)
{
    struct arena arena = ARENA_INIT;
    bool ok = true;
    for (int image = 0; ok && image < options->images; image++) {
        ok = !progress->stopped(progress) || error_set(self->error, ERROR_INTERRUPTED, "stopped");
        ok = ok && scenes_archive_add_scene(self, options, image, &arena);
        progress->update(progress, "drawing scenes", (uint64_t)image + 1, (uint64_t)options->images, "images");
    }
    arena_reset(&arena);
    for (int split = 0; ok && split < SPLIT_COUNT; split++)
        ok = scenes_archive_add(self, arena_format(&arena, FOLDER "/ImageSets/Main/%s.txt", split_names[split]),
                                &self->lists[split]);
    arena_finish(&arena);
    return ok;
}

bool scenes_write(const struct scenes_options *options, struct progress *progress, struct error *error)
{
    struct scenes_archive self = {.error = error, .archive = archive_write_new()};
    archive_write_set_format_ustar(self.archive);
    self.file = durable_file_begin(options->path, 0, error);
    bool ok = self.file != NULL &&
              archive_write_open(self.archive, &self, NULL, scenes_archive_take, NULL) == ARCHIVE_OK &&
              scenes_archive_fill(&self, options, progress) && archive_write_close(self.archive) == ARCHIVE_OK &&
              durable_file_commit(&self.file, error);
    if (!ok && !error_is_set(error))
        error_set(error, ERROR_STORAGE, "cannot write '%s': %s", options->path, archive_error_string(self.archive));
    if (!ok)
        archive_write_fail(self.archive);
    archive_write_free(self.archive);
    durable_file_abandon(&self.file);
    for (int split = 0; split < SPLIT_COUNT; split++)
        text_finish(&self.lists[split]);
    text_finish(&self.bytes);
    return ok;
}
