/* cuda.cu: the mean over pixels and its gradient, plain or channels last, on a GPU. */
#include "engine/backends/cuda/channel_sums.h"
#include "engine/ops/global_average_pool/global_average_pool.h"

CHANNEL_SUMS(pool, x)

static void pool_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct channel_sums a = channel_sums_of(instance, run);
    a.factor = 1 / (double)(a.grid.height * a.grid.width);
    pool_sums(instance->device, &a);
}

struct spread_arguments {
    const void *gradient;
    void *result;
    enum dtype dtype;
    float pixels;
    struct image_grid grid;
};

BODY void spread_lanes(struct place place, const struct spread_arguments *a, int lanes)
{
    for (int64_t i = place.index; i < a->grid.items; i += place.count) {
        struct image_item item = image_item_at(&a->grid, i, lanes);
        struct float_pack pack = lanes_read(a->gradient, a->dtype, item.image * a->grid.channels + item.channel, lanes);
        for (int l = 0; l < lanes; l++)
            pack.numbers[l] /= a->pixels;
        lanes_write(a->result, a->dtype, i * lanes, lanes, pack);
    }
}
IMAGE_LAUNCHER(spread, struct spread_arguments)

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct spread_arguments a;
    a.gradient = run->inputs[0];
    a.result = run->outputs[0];
    a.dtype = instance->node->outputs[0]->dtype;
    a.grid = image_grid_of(instance->node->outputs[0]);
    a.pixels = (float)(a.grid.height * a.grid.width);
    spread_launch(instance->device, a.grid.items, &a);
}

const struct kernel global_average_pool_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = pool_run,
};
const struct kernel global_average_pool_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = backward_run,
};
