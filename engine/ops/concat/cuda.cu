/* cuda.cu: concat and slice on a GPU, as copies of rows. */
#include "engine/backends/cuda/copies.h"
#include "engine/ops/concat/concat.h"

/* Elements `start` to `start + size` along an axis of `whole`, to or from an array of their own. */
struct part {
    const struct value *whole;
    int axis;
    int64_t start, size;
};

/* The product of the sizes of dimensions `first` to `end`. */
static int64_t count_between(const struct shape *shape, int first, int end)
{
    int64_t count = 1;
    for (int i = first; i < end; i++)
        count *= shape->size[i];
    return count;
}

static void copy_part(struct device *device, const struct part *part, void *to, const void *from, bool is_taken)
{
    const struct shape *shape = &part->whole->shape;
    int64_t rows = count_between(shape, 0, part->axis), inner = count_between(shape, part->axis + 1, shape->rank);
    int64_t length = shape->size[part->axis] * inner, size = part->size * inner;
    size_t bytes = dtype_size(part->whole->dtype), start = (size_t)(part->start * inner) * bytes;
    struct strided_copy copy =
        strided_copy_init((char *)to + (is_taken ? 0 : start), (const char *)from + (is_taken ? start : 0), bytes);
    strided_copy_add(&copy, rows, is_taken ? size : length, is_taken ? length : size);
    strided_copy_add(&copy, size, 1, 1);
    strided_copy_run(device, &copy);
}

static void concat_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct part part = {node->outputs[0], ((const struct concat_attributes *)node->attributes)->axis, 0, 0};
    for (int i = 0; i < node->input_count; i++) {
        part.size = node->inputs[i]->shape.size[part.axis];
        copy_part(instance->device, &part, run->outputs[0], run->inputs[i], false);
        part.start += part.size;
    }
}

static void slice_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct slice_attributes *attributes = (const struct slice_attributes *)instance->node->attributes;
    struct part part = {instance->node->inputs[0], attributes->axis, attributes->start, attributes->size};
    copy_part(instance->device, &part, run->outputs[0], run->inputs[0], true);
}

const struct kernel concat_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_ALL,
    .supports = node_is_plain,
    .run = concat_run,
};
const struct kernel slice_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_ALL,
    .supports = node_is_plain,
    .run = slice_run,
};
