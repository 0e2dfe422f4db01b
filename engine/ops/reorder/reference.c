/* reference.c: reordering element by element, any type. */
#include <string.h>

#include "engine/ops/reorder/reorder.h"

static bool reference_supports(const struct node *node)
{
    (void)node;
    return true;
}

static void reorder_images(const struct node *node, const char *x, char *y)
{
    const int64_t *size = node->inputs[0]->shape.size;
    int64_t channels = size[1], pixels = size[2] * size[3];
    int64_t from = layout_block(node->inputs[0]), to = layout_block(node->outputs[0]);
    size_t bytes = dtype_size(node->inputs[0]->dtype);
    for (int64_t i = 0; i < size[0] * channels; i++) {
        int64_t c = i % channels, image = i / channels * channels;
        for (int64_t p = 0; p < pixels; p++) {
            int64_t source = (image + c / from * from) * pixels + p * from + c % from;
            int64_t target = (image + c / to * to) * pixels + p * to + c % to;
            memcpy(y + (size_t)target * bytes, x + (size_t)source * bytes, bytes);
        }
    }
}

static void reference_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    if (x->layout == instance->node->outputs[0]->layout)
        memcpy(run->outputs[0], run->inputs[0], (size_t)shape_count(&x->shape) * dtype_size(x->dtype));
    else
        reorder_images(instance->node, run->inputs[0], run->outputs[0]);
}

const struct kernel reorder_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = reference_supports, .run = reference_run};
