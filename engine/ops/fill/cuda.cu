/* cuda.cu: one number everywhere, on a GPU. */
#include "engine/backends/cuda/launch.h"
#include "engine/ops/fill/fill.h"

struct fill_arguments {
    void *result;
    enum dtype dtype;
    int64_t count;
    float number;
};

BODY void fill_body(struct place place, const struct fill_arguments *a)
{
    for (int64_t i = place.index; i < a->count; i += place.count)
        float_set(a->result, a->dtype, i, a->number);
}
LAUNCHER(fill, struct fill_arguments)

static bool fill_supports(const struct node *node)
{
    (void)node;
    return true;
}

static void fill_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct fill_attributes *attributes = (const struct fill_attributes *)instance->node->attributes;
    struct fill_arguments a = {run->outputs[0], attributes->dtype, shape_count(&attributes->shape),
                               (float)attributes->number};
    fill_launch(instance->device, a.count, &a);
}

const struct kernel fill_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = fill_supports,
    .run = fill_run,
};
