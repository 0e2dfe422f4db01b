/* cuda.cu: max pooling and its gradient, plain or channels last, on a GPU. The gradient is gathered, so that none is added by two. */
#include "engine/backends/cuda/images.h"
#include "engine/ops/max_pool2d/max_pool2d.h"

struct max_pool_arguments {
    const void *from;
    void *to;
    enum dtype dtype;
    struct pool2d_attributes pool;
    /** Of what is written, of what is read. */
    struct image_grid grid, from_grid;
    uint8_t *taken;
};

/* The numbers of the pixels that were taken, of an item. */
struct byte_pack {
    uint8_t numbers[PACK];
} __attribute__((aligned(PACK)));

BODY struct byte_pack bytes_read(const uint8_t *bytes, int64_t offset, int lanes)
{
    struct byte_pack pack = {{0}};
    if (lanes == PACK)
        pack = ((const struct byte_pack *)bytes)[offset / PACK];
    else
        pack.numbers[0] = bytes[offset];
    return pack;
}

BODY void bytes_write(uint8_t *bytes, int64_t offset, int lanes, struct byte_pack pack)
{
    if (lanes == PACK)
        ((struct byte_pack *)bytes)[offset / PACK] = pack;
    else
        bytes[offset] = pack.numbers[0];
}

/* One item of y, and which of the window's pixels it is. */
BODY struct float_pack window_max(const struct max_pool_arguments *a, struct image_item item, int lanes,
                                  struct byte_pack *taken)
{
    struct float_pack largest = {{0}};
    bool found = false;
    for (int tap = 0; tap < a->pool.kernel[0] * a->pool.kernel[1]; tap++) {
        int64_t row = item.row * a->pool.stride[0] - a->pool.padding[0] + tap / a->pool.kernel[1];
        int64_t column = item.column * a->pool.stride[1] - a->pool.padding[1] + tap % a->pool.kernel[1];
        if (row < 0 || row >= a->from_grid.height || column < 0 || column >= a->from_grid.width)
            continue;
        int64_t offset = image_offset(&a->from_grid, item.image, item.channel, row * a->from_grid.width + column);
        struct float_pack x = lanes_read(a->from, a->dtype, offset, lanes);
        for (int l = 0; l < lanes; l++)
            if (!found || x.numbers[l] > largest.numbers[l] || x.numbers[l] != x.numbers[l]) {
                largest.numbers[l] = x.numbers[l];
                taken->numbers[l] = (uint8_t)tap;
            }
        found = true;
    }
    return largest;
}

BODY void max_pool_lanes(struct place place, const struct max_pool_arguments *a, int lanes)
{
    for (int64_t i = place.index; i < a->grid.items; i += place.count) {
        struct byte_pack taken = {{0}};
        struct float_pack largest = window_max(a, image_item_at(&a->grid, i, lanes), lanes, &taken);
        lanes_write(a->to, a->dtype, i * lanes, lanes, largest);
        bytes_write(a->taken, i * lanes, lanes, taken);
    }
}
IMAGE_LAUNCHER(max_pool, struct max_pool_arguments)

/* The windows along an axis that have a position: first to last. */
struct windows {
    int64_t first, last;
};

BODY struct windows windows_over(const struct pool2d_attributes *pool, int axis, int64_t position, int64_t count)
{
    int64_t padded = position + pool->padding[axis], end = padded / pool->stride[axis];
    struct windows windows;
    windows.first = padded < pool->kernel[axis] ? 0 : (padded - pool->kernel[axis]) / pool->stride[axis] + 1;
    windows.last = end < count ? end : count - 1;
    return windows;
}

/* The gradients of the windows that took this item's pixel. */
BODY struct float_pack gather_pixel(const struct max_pool_arguments *a, struct image_item item, int lanes)
{
    struct float_pack sum = {{0}};
    struct windows rows = windows_over(&a->pool, 0, item.row, a->from_grid.height);
    struct windows columns = windows_over(&a->pool, 1, item.column, a->from_grid.width);
    for (int64_t row = rows.first; row <= rows.last; row++)
        for (int64_t column = columns.first; column <= columns.last; column++) {
            int64_t i = item.row + a->pool.padding[0] - row * a->pool.stride[0];
            int64_t j = item.column + a->pool.padding[1] - column * a->pool.stride[1];
            int64_t offset = image_offset(&a->from_grid, item.image, item.channel, row * a->from_grid.width + column);
            struct float_pack gradient = lanes_read(a->from, a->dtype, offset, lanes);
            struct byte_pack taken = bytes_read(a->taken, offset, lanes);
            for (int l = 0; l < lanes; l++)
                sum.numbers[l] += taken.numbers[l] == i * a->pool.kernel[1] + j ? gradient.numbers[l] : 0;
        }
    return sum;
}

BODY void max_pool_backward_lanes(struct place place, const struct max_pool_arguments *a, int lanes)
{
    for (int64_t i = place.index; i < a->grid.items; i += place.count)
        lanes_write(a->to, a->dtype, i * lanes, lanes, gather_pixel(a, image_item_at(&a->grid, i, lanes), lanes));
}
IMAGE_LAUNCHER(max_pool_backward, struct max_pool_arguments)

static struct max_pool_arguments arguments_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct max_pool_arguments a;
    a.from = run->inputs[0];
    a.to = run->outputs[0];
    a.dtype = instance->node->outputs[0]->dtype;
    a.grid = image_grid_of(instance->node->outputs[0]);
    a.from_grid = image_grid_of(instance->node->inputs[0]);
    return a;
}

static void max_pool2d_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct max_pool_arguments a = arguments_of(instance, run);
    a.pool = *(const struct pool2d_attributes *)instance->node->attributes;
    a.taken = (uint8_t *)run->outputs[1];
    max_pool_launch(instance->device, a.grid.items, &a);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct max_pool_arguments a = arguments_of(instance, run);
    a.pool = ((const struct max_pool2d_backward_attributes *)instance->node->attributes)->pool;
    a.taken = (uint8_t *)run->inputs[1];
    max_pool_backward_launch(instance->device, a.grid.items, &a);
}

const struct kernel max_pool2d_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = max_pool2d_run,
};
const struct kernel max_pool2d_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout_without_blocks,
    .run = backward_run,
};
