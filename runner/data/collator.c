/* collator.c: samples become a batch. */
#include "runner/data/collator.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"

#define NAME_BYTES 256

/* Every array of a batch, for what is done to all of them. */
#define BATCH_FIELDS 8
#define FIELD_ALIGNMENT ((size_t)256)

#define FORMULA_FLOATS 7
static_assert(sizeof(struct value_formula) == FORMULA_FLOATS * sizeof(float), "a formula is a row of an array");

static void batch_fields(struct batch *batch, struct tensor *fields[BATCH_FIELDS])
{
    struct tensor *const all[BATCH_FIELDS] = {
        &batch->images,     &batch->formulas,   &batch->labels,        &batch->boxes,
        &batch->box_labels, &batch->box_counts, &batch->box_difficult, &batch->box_crowd,
    };
    memcpy(fields, all, sizeof all);
}

#define FIELD(type, ...)                                                                                               \
    (struct tensor)                                                                                                    \
    {                                                                                                                  \
        .dtype = (type), .shape = SHAPE(__VA_ARGS__)                                                                   \
    }

/* Types and shapes; what the layout has not keeps rank 0. */
static void batch_shape(struct batch *batch, const struct batch_layout *layout, int64_t n)
{
    int64_t c = layout->channels, h = layout->height, w = layout->width, m = layout->max_boxes;
    batch->images = layout->has_bytes ? FIELD(DTYPE_U8, n, h, w, c) : FIELD(DTYPE_F32, n, c, h, w);
    if (layout->has_bytes)
        batch->formulas = FIELD(DTYPE_F32, n, FORMULA_FLOATS);
    if (layout->has_labels)
        batch->labels = FIELD(DTYPE_I32, n);
    if (!layout->has_boxes)
        return;
    batch->boxes = FIELD(DTYPE_F32, n, m, 4);
    batch->box_labels = FIELD(DTYPE_I32, n, m);
    batch->box_counts = FIELD(DTYPE_I32, n);
    batch->box_difficult = FIELD(DTYPE_U8, n, m);
    batch->box_crowd = FIELD(DTYPE_U8, n, m);
}

/* Puts the arrays one behind the other, if there is memory for them; how much they take, 0: too much to address. */
static size_t batch_place(struct batch *batch)
{
    struct tensor *fields[BATCH_FIELDS];
    size_t end = 0;
    batch_fields(batch, fields);
    for (int i = 0; i < BATCH_FIELDS; i++) {
        if (fields[i]->shape.rank == 0)
            continue;
        if (!shape_is_valid(&fields[i]->shape))
            return 0;
        fields[i]->data = batch->memory != NULL ? batch->memory + end : NULL;
        end += (tensor_bytes(fields[i]) + FIELD_ALIGNMENT - 1) / FIELD_ALIGNMENT * FIELD_ALIGNMENT;
    }
    return end;
}

size_t collator_bytes(const struct batch_layout *layout, int capacity)
{
    struct batch batch = {0};
    batch_shape(&batch, layout, capacity);
    return batch_place(&batch);
}

bool collator_init(struct collator *collator, const struct batch_layout *layout, int capacity, struct device *device,
                   struct error *error)
{
    *collator = (struct collator){
        .layout = *layout,
        .capacity = capacity,
        .device = device_or_cpu(device),
        .bytes = collator_bytes(layout, capacity),
        .names = memory_allocate((size_t)capacity, NAME_BYTES),
        .planes = memory_allocate((size_t)capacity, sizeof(float *)),
        .batch.items = memory_allocate((size_t)capacity, sizeof(struct batch_item)),
    };
    if (collator->bytes == 0)
        return error_set(error, ERROR_MEMORY, "a batch is too large to address");
    collator->batch.memory = device_host_allocate(collator->device, collator->bytes, "a batch", error);
    if (collator->batch.memory == NULL)
        return false;
    batch_shape(&collator->batch, layout, capacity);
    batch_place(&collator->batch);
    return true;
}

void collator_finish(struct collator *collator)
{
    if (collator->device != NULL)
        device_host_release(collator->device, collator->batch.memory);
    for (int i = 0; i < collator->capacity; i++)
        memory_free_large(collator->planes[i]);
    memory_free(collator->planes);
    memory_free(collator->batch.items);
    memory_free(collator->names);
    *collator = (struct collator){0};
}

void collator_begin(struct collator *collator, int size)
{
    assert(size >= 1 && size <= collator->capacity);
    struct tensor *fields[BATCH_FIELDS];
    batch_fields(&collator->batch, fields);
    for (int i = 0; i < BATCH_FIELDS; i++)
        fields[i]->shape.size[0] = size;
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

static void put_bytes(struct collator *collator, int place, const struct sample *sample)
{
    size_t count = image_count(&sample->image);
    memcpy((uint8_t *)collator->batch.images.data + (size_t)place * count, sample->image.bytes, count);
    ((struct value_formula *)collator->batch.formulas.data)[place] = value_map_formula(&sample->pending);
}

/* Memory of its own for a place's floats, kept once it is there. */
static float *own_planes(struct collator *collator, int place, size_t count, struct error *error)
{
    float **planes = &collator->planes[place];
    if (*planes == NULL)
        *planes = memory_allocate_large(count * sizeof **planes, "a batch", error);
    return collator->batch.items[place].planes = *planes;
}

static bool put_image(struct collator *collator, int place, const struct sample *sample, struct error *error)
{
    size_t count = image_count(&sample->image);
    bool has_bytes = collator->layout.has_bytes;
    if (has_bytes && sample->pending.to_float) {
        put_bytes(collator, place, sample);
        return true;
    }
    float *planes = has_bytes ? own_planes(collator, place, count, error)
                              : (float *)collator->batch.images.data + (size_t)place * count;
    if (planes == NULL)
        return false;
    if (sample->pending.to_float)
        value_map_to_planes(&sample->pending, &sample->image, planes);
    else
        image_to_planes(&sample->image, planes);
    return true;
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
    if (!put_image(collator, place, sample, error))
        return false;
    if (collator->layout.has_labels)
        ((int32_t *)collator->batch.labels.data)[place] = sample->label;
    if (collator->layout.has_boxes)
        put_boxes(collator, place, &sample->boxes);
    return true;
}
