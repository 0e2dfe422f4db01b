/* detection_writer.c: a detector's predictions as files that others read. */
#include "runner/train/detection_writer.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "components/metrics/detection_set.h"
#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

struct detection_writer {
    struct prediction_writer base;
    const char *directory;
    struct data_module *module;
    struct data_info data;
    /** What becomes each class's file. */
    struct text *lines;
    struct text results;
};

void detection_map(const float row[6], const struct batch_item *item, double corners[4])
{
    for (int axis = 0; axis < 2; axis++) {
        double a = row[axis] * item->scale[axis] + item->offset[axis];
        double b = row[axis + 2] * item->scale[axis] + item->offset[axis];
        corners[axis] = fmin(a, b);
        corners[axis + 2] = fmax(a, b);
    }
}

static bool detection_writer_begin(struct prediction_writer *base, const struct data_info *data, struct error *error)
{
    struct detection_writer *writer = (struct detection_writer *)base;
    writer->data = *data;
    writer->lines = memory_allocate((size_t)data->num_classes, sizeof *writer->lines);
    return directory_create(writer->directory, error);
}

/* `from`: 1 when VOC's files count the first pixel 1 where the dataset counts 0. */
static void line_write(struct text *lines, const char *name, double score, const double corners[4], int from)
{
    text_format(lines, "%s %.6f %.3f %.3f %.3f %.3f\n", name, score, corners[0] + from, corners[1] + from, corners[2],
                corners[3]);
}

/* `from`: 1 when the dataset counts the first pixel 1. */
static void result_write(struct detection_writer *writer, const char *name, int label, double score,
                         const double corners[4], int from)
{
    int64_t number;
    json_t *id = image_name_number(name, &number) ? json_integer(number) : json_string(name);
    json_t *result =
        json_pack("{s:o, s:i, s:s, s:[f,f,f,f], s:f}", "image_id", id, "category_id", label, "category_name",
                  writer->data.class_names[label - 1], "bbox", corners[0] - from, corners[1] - from,
                  corners[2] - corners[0] + from, corners[3] - corners[1] + from, "score", score);
    char *dumped = json_dumps(result, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (dumped != NULL) {
        text_append(&writer->results, writer->results.length > 0 ? ",\n" : "");
        text_append(&writer->results, dumped);
    }
    free(dumped);
    json_decref(result);
}

static bool detection_writer_write(struct prediction_writer *base, const struct batch *batch,
                                   const struct step_outputs *outputs, struct error *error)
{
    struct detection_writer *writer = (struct detection_writer *)base;
    const struct tensor *found = step_outputs_find(outputs, "detections");
    (void)error;
    if (found == NULL)
        return true;
    int from_one = writer->module->interface->plan(writer->module, STAGE_PREDICT).dataset->info.counts_from_one;
    int64_t rows = found->shape.size[1];
    for (int item = 0; item < batch->size; item++) {
        const float *row = (const float *)found->data + item * rows * 6;
        for (int64_t i = 0; i < rows; i++, row += 6) {
            int label = (int)row[5];
            if (label < 1 || label > writer->data.num_classes)
                continue;
            double corners[4];
            detection_map(row, &batch->items[item], corners);
            line_write(&writer->lines[label - 1], batch->items[item].name, row[4], corners, !from_one);
            result_write(writer, batch->items[item].name, label, row[4], corners, from_one);
        }
    }
    return true;
}

/* A class's name as part of a file's. */
static char *class_file_name(const struct detection_writer *writer, int class_index)
{
    struct text path = TEXT_INIT;
    const char *set = writer->module->interface->plan(writer->module, STAGE_PREDICT).dataset->info.name;
    text_format(&path, "%s/comp4_det_%s_", writer->directory, set != NULL ? set : "predict");
    size_t at = path.length;
    text_format(&path, "%s.txt", writer->data.class_names[class_index]);
    for (char *slash = path.data + at; (slash = strchr(slash, '/')) != NULL;)
        *slash = '_';
    return text_take(&path);
}

static bool detection_writer_end(struct prediction_writer *base, struct error *error)
{
    struct detection_writer *writer = (struct detection_writer *)base;
    bool ok = true;
    for (int i = 0; ok && i < writer->data.num_classes; i++) {
        char *path = class_file_name(writer, i);
        ok = durable_file_save(path, text_string(&writer->lines[i]), writer->lines[i].length, error);
        memory_free(path);
    }
    struct text path = TEXT_INIT, whole = TEXT_INIT;
    text_format(&path, "%s/coco_results.json", writer->directory);
    text_format(&whole, "[%s]\n", text_string(&writer->results));
    ok = ok && durable_file_save(text_string(&path), whole.data, whole.length, error);
    text_finish(&path);
    text_finish(&whole);
    return ok;
}

static void detection_writer_destroy(struct prediction_writer *base)
{
    struct detection_writer *writer = (struct detection_writer *)base;
    for (int i = 0; writer->lines != NULL && i < writer->data.num_classes; i++)
        text_finish(&writer->lines[i]);
    memory_free(writer->lines);
    text_finish(&writer->results);
    memory_free(writer);
}

static const struct prediction_writer_interface detection_writer_interface = {
    .begin = detection_writer_begin,
    .write = detection_writer_write,
    .end = detection_writer_end,
    .destroy = detection_writer_destroy,
};

struct prediction_writer *detection_writer_create(const char *directory, struct data_module *module)
{
    struct detection_writer *writer = memory_allocate(1, sizeof *writer);
    writer->base.interface = &detection_writer_interface;
    writer->directory = directory;
    writer->module = module;
    return &writer->base;
}
