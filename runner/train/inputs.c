/* inputs.c: a batch becomes the inputs of a program. */
#include "runner/train/inputs.h"

#include <string.h>

#include "engine/ops/arrays/arrays.h"
#include "engine/ops/ops.h"

/* What the field is once its bytes are floats. */
static struct tensor field_as_input(const struct tensor *field, const struct batch *batch)
{
    struct tensor seen = *field;
    const int64_t *size = field->shape.size;
    if (field == &batch->images && field->dtype == DTYPE_U8)
        seen = (struct tensor){.dtype = DTYPE_F32, .shape = SHAPE(size[0], size[3], size[1], size[2])};
    return seen;
}

/* Where a field lies in the batch's copy on the device. */
static const char *field_copy(const struct tensor *field, const struct batch *batch)
{
    return batch->copy.memory + ((const char *)field->data - batch->memory);
}

/* Bytes become floats on the device; images that had none come from the host. */
static void map_images(struct device *device, const struct batch *batch, float *planes)
{
    const int64_t *size = batch->images.shape.size;
    const struct pixel_arrays arrays = {
        .bytes = (const uint8_t *)field_copy(&batch->images, batch),
        .formulas = (const struct value_formula *)field_copy(&batch->formulas, batch),
        .planes = planes,
        .images = size[0],
        .pixels = size[1] * size[2],
        .channels = (int)size[3],
    };
    int64_t count = arrays.pixels * arrays.channels;
    arrays_map_pixels(device, &arrays);
    for (int i = 0; i < batch->size; i++)
        if (batch->items[i].planes != NULL)
            device_write(device, planes + i * count, batch->items[i].planes, (size_t)count * sizeof *planes);
}

static bool input_write(struct program *program, struct device *device, const struct value *input,
                        const struct batch *batch, struct error *error)
{
    const struct tensor *field = batch_find(batch, input->name);
    if (field == NULL)
        return error_set(error, ERROR_DATA, "the model takes '%s', which the dataset does not have", input->name);
    struct tensor seen = field_as_input(field, batch);
    if (seen.dtype != input->dtype || !shape_equal(&seen.shape, &input->shape)) {
        char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
        return error_set(error, ERROR_DATA, "the model takes '%s' as %s %s, the data gives %s %s", input->name,
                         dtype_name(input->dtype), shape_format(&input->shape, wanted), dtype_name(seen.dtype),
                         shape_format(&seen.shape, found));
    }
    if (batch->copy.memory == NULL)
        program_write(program, input, field->data);
    else if (field->dtype != seen.dtype)
        map_images(device, batch, program_locate(program, input));
    else
        program_copy(program, input, field_copy(field, batch));
    return true;
}

static bool all_written(struct program *program, struct device *device, const struct graph *graph,
                        const struct batch *batch, const struct step_inputs *besides, struct error *error)
{
    int count = graph_value_count(graph);
    for (int i = 0; i < count; i++) {
        const struct value *value = graph_get_value(graph, i);
        if (value->kind != VALUE_INPUT)
            continue;
        if (strcmp(value->name, DROPOUT_KEY) == 0)
            program_write(program, value, besides->dropout_key);
        else if (strcmp(value->name, LOSS_SCALE) == 0)
            program_copy(program, value, besides->loss_scale);
        else if (!input_write(program, device, value, batch, error))
            return false;
    }
    return true;
}

bool inputs_write(struct program *program, struct device *device, const struct graph *graph, const struct batch *batch,
                  const struct step_inputs *besides, struct error *error)
{
    device_fence_await(device, batch->copy.arrived, LANE_COMPUTE);
    bool ok = all_written(program, device, graph, batch, besides, error);
    device_fence_set(device, batch->copy.was_read, LANE_COMPUTE);
    return ok;
}
