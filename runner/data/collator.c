/* collator.c: samples become a batch. */
#include "runner/data/collator.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"

#define NAME_BYTES 256

/* Gives a field its shape for `size` samples; its memory stays. */
static void field_resize(struct tensor *field, int size)
{
    field->shape.size[0] = size;
}

static bool field_init(struct tensor *field, enum dtype dtype, struct shape shape, struct error *error)
{
    *field = (struct tensor){.dtype = dtype, .shape = shape};
    if (!shape_is_valid(&shape))
        return error_set(error, ERROR_MEMORY, "a batch is too large to address");
    field->data = memory_allocate_large(tensor_bytes(field), "a batch", error);
    return field->data != NULL;
}

static bool boxes_init(struct batch *batch, int64_t n, int64_t m, struct error *error)
{
    return field_init(&batch->boxes, DTYPE_F32, SHAPE(n, m, 4), error) &&
           field_init(&batch->box_labels, DTYPE_I32, SHAPE(n, m), error) &&
           field_init(&batch->box_counts, DTYPE_I32, SHAPE(n), error) &&
           field_init(&batch->box_difficult, DTYPE_U8, SHAPE(n, m), error) &&
           field_init(&batch->box_crowd, DTYPE_U8, SHAPE(n, m), error);
}

bool collator_init(struct collator *collator, const struct batch_layout *layout, int capacity, struct error *error)
{
    *collator = (struct collator){.layout = *layout, .capacity = capacity};
    struct batch *batch = &collator->batch;
    collator->names = memory_allocate((size_t)capacity, NAME_BYTES);
    batch->items = memory_allocate((size_t)capacity, sizeof *batch->items);
    for (int i = 0; i < capacity; i++)
        batch->items[i].name = collator->names + (size_t)i * NAME_BYTES;
    return field_init(&batch->images, DTYPE_F32, SHAPE(capacity, layout->channels, layout->height, layout->width),
                      error) &&
           (!layout->has_labels || field_init(&batch->labels, DTYPE_I32, SHAPE(capacity), error)) &&
           (!layout->has_boxes || boxes_init(batch, capacity, layout->max_boxes, error));
}

/* Every array of a batch, for what is done to all of them. */
#define BATCH_FIELDS 7

static void batch_fields(struct batch *batch, struct tensor *fields[BATCH_FIELDS])
{
    struct tensor *const all[BATCH_FIELDS] = {
        &batch->images,     &batch->labels,        &batch->boxes,     &batch->box_labels,
        &batch->box_counts, &batch->box_difficult, &batch->box_crowd,
    };
    memcpy(fields, all, sizeof all);
}

void collator_finish(struct collator *collator)
{
    struct tensor *fields[BATCH_FIELDS];
    batch_fields(&collator->batch, fields);
    for (int i = 0; i < BATCH_FIELDS; i++)
        memory_free_large(fields[i]->data);
    memory_free(collator->batch.items);
    memory_free(collator->names);
    *collator = (struct collator){0};
}

size_t collator_bytes(const struct batch_layout *layout, int capacity)
{
    size_t image = sizeof(float) * (size_t)layout->channels * (size_t)layout->height * (size_t)layout->width;
    size_t box = 4 * sizeof(float) + sizeof(int32_t) + 2;
    return (size_t)capacity * (image + (layout->has_boxes ? (size_t)layout->max_boxes * box : 0));
}

void collator_begin(struct collator *collator, int size)
{
    assert(size >= 1 && size <= collator->capacity);
    struct tensor *fields[BATCH_FIELDS];
    batch_fields(&collator->batch, fields);
    for (int i = 0; i < BATCH_FIELDS; i++)
        field_resize(fields[i], size);
    collator->batch.size = size;
}

static bool check_image(const struct batch_layout *layout, const struct sample *sample, struct error *error)
{
    const struct image *image = &sample->image;
    if (image->dtype != DTYPE_F32 && !sample->pending.to_float) {
        error_set(error, ERROR_DATA, "the image of sample '%s' has bytes, wanted float32", sample->name);
        return error_hint(error, "add {type: ToDtype} to the transforms");
    }
    if (image->width != layout->width || image->height != layout->height) {
        error_set(error, ERROR_DATA, "the image of sample '%s' is %dx%d pixels, others in the batch are %dx%d",
                  sample->name, image->width, image->height, layout->width, layout->height);
        return error_hint(error, "add {type: Resize, size: [%d, %d]} to the transforms of every stage", layout->height,
                          layout->width);
    }
    if (image->channels != layout->channels)
        return error_set(error, ERROR_DATA, "the image of sample '%s' has %d channels, others in the batch have %d",
                         sample->name, image->channels, layout->channels);
    if (layout->has_boxes && sample->boxes.count > layout->max_boxes)
        return error_set(error, ERROR_DATA, "sample '%s' has %d boxes, wanted at most %d", sample->name,
                         sample->boxes.count, layout->max_boxes);
    return true;
}

static void put_image(struct collator *collator, int place, const struct sample *sample)
{
    float *planes = (float *)collator->batch.images.data + (size_t)place * image_count(&sample->image);
    if (sample->pending.to_float)
        value_map_to_planes(&sample->pending, &sample->image, planes);
    else
        image_to_planes(&sample->image, planes);
}

static void put_boxes(struct collator *collator, int place, const struct boxes *boxes)
{
    struct batch *batch = &collator->batch;
    int rows = collator->layout.max_boxes;
    float *corners = (float *)batch->boxes.data + (size_t)place * rows * 4;
    int32_t *labels = (int32_t *)batch->box_labels.data + (size_t)place * rows;
    uint8_t *difficult = (uint8_t *)batch->box_difficult.data + (size_t)place * rows;
    uint8_t *crowd = (uint8_t *)batch->box_crowd.data + (size_t)place * rows;
    ((int32_t *)batch->box_counts.data)[place] = boxes->count;
    for (int i = 0; i < rows; i++) {
        struct box box = i < boxes->count ? boxes->items[i] : (struct box){0};
        memcpy(corners + (size_t)i * 4, box.corners, sizeof box.corners);
        labels[i] = box.label;
        difficult[i] = box.difficult;
        crowd[i] = box.crowd;
    }
}

static void put_item(struct collator *collator, int place, const struct sample *sample)
{
    struct batch_item *item = &collator->batch.items[place];
    char *name = collator->names + (size_t)place * NAME_BYTES;
    snprintf(name, NAME_BYTES, "%s", sample->name);
    *item = (struct batch_item){
        .index = sample->index,
        .name = name,
        .original_width = sample->original_width,
        .original_height = sample->original_height,
        .scale = {sample->scale[0], sample->scale[1]},
        .offset = {sample->offset[0], sample->offset[1]},
    };
}

bool collator_put(struct collator *collator, int place, const struct sample *sample, struct error *error)
{
    assert(place >= 0 && place < collator->batch.size);
    if (!check_image(&collator->layout, sample, error))
        return false;
    put_item(collator, place, sample);
    put_image(collator, place, sample);
    if (collator->layout.has_labels)
        ((int32_t *)collator->batch.labels.data)[place] = sample->label;
    if (collator->layout.has_boxes)
        put_boxes(collator, place, &sample->boxes);
    return true;
}
