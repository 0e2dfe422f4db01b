/*
 * images.h: [n, c, h, w], plain or channels last, as items that threads take. For cuda.cu files.
 *
 * An item is PACK neighbouring channels of a pixel where such lie side by side, else one element; items are numbered as they
 * lie in memory. A body is written once, for `lanes` channels:
 *
 *     struct fade { const void *x; void *y; enum dtype dtype; struct image_grid grid; };
 *
 *     BODY void fade_lanes(struct place place, const struct fade *a, int lanes)
 *     {
 *         for (int64_t i = place.index; i < a->grid.items; i += place.count) {
 *             struct image_item item = image_item_at(&a->grid, i, lanes);
 *             struct float_pack x = lanes_read(a->x, a->dtype, i * lanes, lanes);
 *             ...
 *     }
 *     IMAGE_LAUNCHER(fade, struct fade)                  // fade_launch(device, a.grid.items, &a)
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_IMAGES_H
#define LRUN_ENGINE_BACKENDS_CUDA_IMAGES_H

#include "engine/backends/cuda/elementwise.h"

/** How the images lie. */
struct image_grid {
    int64_t channels, height, width, items;
    bool is_last;
    int lanes;
};

/** Of a rank-4 value without blocks. */
static inline struct image_grid image_grid_of(const struct value *value)
{
    struct image_grid grid;
    grid.channels = value->shape.size[1];
    grid.height = value->shape.size[2];
    grid.width = value->shape.size[3];
    grid.is_last = value->layout == LAYOUT_CHANNELS_LAST;
    grid.lanes = grid.is_last && grid.channels % PACK == 0 ? PACK : 1;
    grid.items = shape_count(&value->shape) / grid.lanes;
    return grid;
}

/** Where an item is: its first channel, and its pixel. */
struct image_item {
    int64_t image, channel, row, column;
};

BODY struct image_item image_item_at(const struct image_grid *grid, int64_t index, int lanes)
{
    int64_t inner = grid->is_last ? grid->channels / lanes : 1, outer = grid->is_last ? 1 : grid->channels;
    int64_t pixel = index / inner, line = pixel / grid->width, plane = line / grid->height;
    struct image_item item;
    item.image = plane / outer;
    item.channel = index % inner * lanes + plane % outer;
    item.row = line % grid->height;
    item.column = pixel % grid->width;
    return item;
}

/** The element of an image and channel at row * width + column. */
BODY int64_t image_offset(const struct image_grid *grid, int64_t image, int64_t channel, int64_t pixel)
{
    int64_t pixels = grid->height * grid->width;
    return grid->is_last ? (image * pixels + pixel) * grid->channels + channel
                         : (image * grid->channels + channel) * pixels + pixel;
}

/** `lanes` is 1 or PACK; `offset`, of the first element, is a multiple of it. */
BODY struct float_pack lanes_read(const void *array, enum dtype dtype, int64_t offset, int lanes)
{
    struct float_pack pack = {{0}};
    if (lanes == PACK)
        pack = pack_read(array, dtype, offset / PACK);
    else
        pack.numbers[0] = float_get(array, dtype, offset);
    return pack;
}

BODY void lanes_write(void *array, enum dtype dtype, int64_t offset, int lanes, struct float_pack pack)
{
    if (lanes == PACK)
        pack_write(array, dtype, offset / PACK, pack);
    else
        float_set(array, dtype, offset, pack.numbers[0]);
}

/** name_launch(device, items, &a) for name_lanes(place, &a, lanes); `a` has a struct image_grid `grid`. */
#define IMAGE_LAUNCHER(name, arguments)                                                                                \
    BODY void name##_body(struct place place, const arguments *a)                                                      \
    {                                                                                                                  \
        if (a->grid.lanes == PACK)                                                                                     \
            name##_lanes(place, a, PACK);                                                                              \
        else                                                                                                           \
            name##_lanes(place, a, 1);                                                                                 \
    }                                                                                                                  \
    LAUNCHER(name, arguments)

#endif
