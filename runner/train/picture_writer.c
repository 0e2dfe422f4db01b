/* picture_writer.c: a detector's predictions as pictures. */
#include "runner/train/picture_writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/image/draw.h"
#include "engine/image/jpeg.h"
#include "runner/train/detection_writer.h"

#define QUALITY 90

struct picture_writer {
    struct prediction_writer base;
    const char *directory;
    struct data_module *module;
    double score_threshold;
    int limit;
    int written;
    struct data_info data;
    struct arena arena;
    struct text file;
};

/* Colours that stand apart from each other and from most pictures; classes take them in turn. */
static const struct colour colours[] = {
    {230, 25, 75}, {60, 180, 75},  {0, 130, 200},  {245, 130, 48}, {145, 30, 180},
    {0, 128, 128}, {240, 50, 230}, {170, 110, 40}, {128, 0, 0},    {0, 0, 128},
};

static bool picture_writer_begin(struct prediction_writer *base, const struct data_info *data, struct error *error)
{
    struct picture_writer *writer = (struct picture_writer *)base;
    writer->data = *data;
    return directory_create(writer->directory, error);
}

static void detection_draw(const struct picture_writer *writer, struct image *image, const float row[6],
                           const struct batch_item *item)
{
    double corners[4];
    detection_map(row, item, corners);
    int label = (int)row[5], larger = image->width > image->height ? image->width : image->height;
    struct colour colour = colours[(size_t)(label - 1) % (sizeof colours / sizeof *colours)];
    struct draw_area area = {
        .left = (int)lround(fmax(corners[0], 0)),
        .top = (int)lround(fmax(corners[1], 0)),
        .right = (int)lround(fmin(corners[2], image->width)),
        .bottom = (int)lround(fmin(corners[3], image->height)),
    };
    struct draw_style style = {.scale = 1 + larger / 800, .colour = {255, 255, 255}, .background = colour};
    char words[80];
    snprintf(words, sizeof words, "%.60s %.2f", writer->data.class_names[label - 1], (double)row[4]);
    int above = area.top - DRAW_CHARACTER_HEIGHT * style.scale;
    draw_rectangle(image, &area, 1 + larger / 400, colour);
    int rightmost = image->width - (int)strlen(words) * DRAW_CHARACTER_WIDTH * style.scale;
    int left = area.left < rightmost ? area.left : rightmost;
    draw_text(image, left > 0 ? left : 0, above >= 0 ? above : area.top, words, &style);
}

/* The image as bytes of red, green and blue. */
static bool picture_make(struct picture_writer *writer, const struct image *source, struct image *picture,
                         struct error *error)
{
    if (!image_init(picture, source->width, source->height, 3, DTYPE_U8, &writer->arena, error))
        return false;
    size_t count = image_count(picture);
    for (size_t i = 0; i < count; i++) {
        size_t from = source->channels == 3 ? i : i / 3;
        picture->bytes[i] = source->dtype == DTYPE_U8
                                ? source->bytes[from]
                                : (uint8_t)lroundf(255 * fminf(fmaxf(source->floats[from], 0), 1));
    }
    return true;
}

static bool picture_save(struct picture_writer *writer, const struct image *picture, const char *name,
                         struct error *error)
{
    char *path = arena_format(&writer->arena, "%s/%s.jpg", writer->directory, name);
    for (char *slash = path + strlen(writer->directory) + 1; (slash = strchr(slash, '/')) != NULL;)
        *slash = '_';
    text_clear(&writer->file);
    return jpeg_encode(picture, QUALITY, &writer->file, error) &&
           durable_file_save(path, writer->file.data, writer->file.length, error);
}

static bool item_write(struct picture_writer *writer, const struct batch_item *item, const float *rows, int64_t count,
                       struct error *error)
{
    const struct dataset *dataset = writer->module->interface->plan(writer->module, STAGE_PREDICT).dataset;
    struct sample sample;
    struct image picture;
    sample_begin(&sample, &writer->arena, item->index);
    if (!dataset_read(dataset, item->index, &sample, error) || !picture_make(writer, &sample.image, &picture, error))
        return false;
    for (int64_t i = count; i-- > 0;) { /* the best one last, on top */
        const float *row = rows + 6 * i;
        if (row[5] >= 1 && row[5] <= (float)writer->data.num_classes && row[4] >= writer->score_threshold)
            detection_draw(writer, &picture, row, item);
    }
    return picture_save(writer, &picture, item->name, error);
}

static bool picture_writer_write(struct prediction_writer *base, const struct batch *batch,
                                 const struct step_outputs *outputs, struct error *error)
{
    struct picture_writer *writer = (struct picture_writer *)base;
    const struct tensor *found = step_outputs_find(outputs, "detections");
    if (found == NULL)
        return true;
    int64_t rows = found->shape.size[1];
    for (int i = 0; i < batch->size && (writer->limit < 0 || writer->written < writer->limit); i++) {
        if (!item_write(writer, &batch->items[i], (const float *)found->data + i * rows * 6, rows, error))
            return false;
        writer->written++;
    }
    return true;
}

static void picture_writer_destroy(struct prediction_writer *base)
{
    struct picture_writer *writer = (struct picture_writer *)base;
    arena_finish(&writer->arena);
    text_finish(&writer->file);
    memory_free(writer);
}

static const struct prediction_writer_interface picture_writer_interface = {
    .begin = picture_writer_begin,
    .write = picture_writer_write,
    .destroy = picture_writer_destroy,
};

struct prediction_writer *picture_writer_create(const char *directory, struct data_module *module,
                                                double score_threshold, int limit)
{
    struct picture_writer *writer = memory_allocate(1, sizeof *writer);
    writer->base.interface = &picture_writer_interface;
    writer->directory = directory;
    writer->module = module;
    writer->score_threshold = score_threshold;
    writer->limit = limit;
    return &writer->base;
}
