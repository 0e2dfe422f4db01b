/* cuda.cu: scale_channels and the gradient of its factors, plain or channels last, on a GPU. */
#include "engine/backends/cuda/channel_sums.h"
#include "engine/ops/scale_channels/scale_channels.h"

struct scale_arguments {
    const void *x;
    const void *factors;
    void *y;
    enum dtype dtype, factors_dtype;
    struct image_grid grid;
};

BODY void scale_lanes(struct place place, const struct scale_arguments *a, int lanes)
{
    for (int64_t i = place.index; i < a->grid.items; i += place.count) {
        struct image_item item = image_item_at(&a->grid, i, lanes);
        struct float_pack x = lanes_read(a->x, a->dtype, i * lanes, lanes);
        struct float_pack factors =
            lanes_read(a->factors, a->factors_dtype, item.image * a->grid.channels + item.channel, lanes);
        for (int l = 0; l < lanes; l++)
            x.numbers[l] *= factors.numbers[l];
        lanes_write(a->y, a->dtype, i * lanes, lanes, x);
    }
}
IMAGE_LAUNCHER(scale, struct scale_arguments)

static void scale_channels_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct scale_arguments a;
    a.x = run->inputs[0];
    a.factors = run->inputs[1];
    a.y = run->outputs[0];
    a.dtype = instance->node->outputs[0]->dtype;
    a.factors_dtype = instance->node->inputs[1]->dtype;
    a.grid = image_grid_of(instance->node->outputs[0]);
    scale_launch(instance->device, a.grid.items, &a);
}

CHANNEL_SUMS(product, x *y)

static void backward_factors_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct channel_sums a = channel_sums_of(instance, run);
    product_sums(instance->device, &a);
}

const struct kernel scale_channels_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = scale_channels_run,
};
const struct kernel scale_channels_backward_factors_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = backward_factors_run,
};
