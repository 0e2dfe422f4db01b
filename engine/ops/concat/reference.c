/* reference.c: concat and slice as copies of rows. */
#include <string.h>

#include "engine/ops/concat/concat.h"
#include "engine/ops/value_view.h"

/* How often the axis repeats, and how many elements one step along it holds. */
static int64_t rows_before(const struct shape *shape, int axis)
{
    struct shape outer = *shape;
    outer.rank = axis;
    return shape_count(&outer);
}

static int64_t elements_after(const struct shape *shape, int axis)
{
    int64_t count = 1;
    for (int i = axis + 1; i < shape->rank; i++)
        count *= shape->size[i];
    return count;
}

static void concat_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct concat_attributes *attributes = instance->node->attributes;
    const struct shape *whole = &instance->node->outputs[0]->shape;
    int64_t rows = rows_before(whole, attributes->axis), inner = elements_after(whole, attributes->axis);
    int64_t length = whole->size[attributes->axis] * inner, start = 0;
    size_t bytes = dtype_size(instance->node->outputs[0]->dtype);
    char *result = run->outputs[0];
    for (int i = 0; i < instance->node->input_count; i++) {
        int64_t part = instance->node->inputs[i]->shape.size[attributes->axis] * inner;
        const char *source = run->inputs[i];
        for (int64_t row = 0; row < rows; row++)
            memcpy(result + (size_t)(row * length + start) * bytes, source + (size_t)(row * part) * bytes,
                   (size_t)part * bytes);
        start += part;
    }
}

static void slice_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct slice_attributes *attributes = instance->node->attributes;
    const struct shape *whole = &instance->node->inputs[0]->shape;
    int64_t rows = rows_before(whole, attributes->axis), inner = elements_after(whole, attributes->axis);
    int64_t length = whole->size[attributes->axis] * inner, part = attributes->size * inner;
    size_t bytes = dtype_size(instance->node->outputs[0]->dtype);
    const char *source = (const char *)run->inputs[0] + (size_t)(attributes->start * inner) * bytes;
    char *result = run->outputs[0];
    for (int64_t row = 0; row < rows; row++)
        memcpy(result + (size_t)(row * part) * bytes, source + (size_t)(row * length) * bytes, (size_t)part * bytes);
}

const struct kernel concat_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = concat_run};
const struct kernel slice_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = slice_run};
