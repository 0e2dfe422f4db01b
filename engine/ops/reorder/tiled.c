/*
 * tiled.c: reordering elements of 2 or 4 bytes in tiles of channels that are together in both layouts, so that reads and writes
 * stay in cache lines.
 */
#include <string.h>

#include "engine/ops/reorder/reorder.h"

#define TILE 16

static bool tiled_supports(const struct node *node)
{
    const struct value *x = node->inputs[0];
    size_t bytes = dtype_size(x->dtype);
    return x->shape.rank == 4 && (bytes == 2 || bytes == 4) && x->layout != node->outputs[0]->layout;
}

/* The layouts of an image as blocks of channels, and its sizes. */
struct tiling {
    int64_t from, to;
    int64_t channels, pixels;
};

/* Channels [c, end) of one image: within one tile both layouts step evenly. `bytes` is a constant. */
static inline __attribute__((always_inline)) void reorder_tile(const struct tiling *tiling, const char *x, char *y,
                                                               int64_t c, int64_t end, int64_t bytes)
{
    int64_t from = tiling->from, to = tiling->to, pixels = tiling->pixels;
    for (int64_t start = 0; start < pixels; start += TILE) {
        int64_t stop = start + TILE < pixels ? start + TILE : pixels;
        for (int64_t channel = c; channel < end; channel++) {
            const char *source = x + (channel / from * from * pixels + channel % from) * bytes;
            char *target = y + (channel / to * to * pixels + channel % to) * bytes;
            for (int64_t p = start; p < stop; p++)
                memcpy(target + p * to * bytes, source + p * from * bytes, (size_t)bytes);
        }
    }
}

static void tiled_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    const int64_t *size = x->shape.size;
    struct tiling tiling = {.from = layout_block(x),
                            .to = layout_block(instance->node->outputs[0]),
                            .channels = size[1],
                            .pixels = size[2] * size[3]};
    int64_t tiles = (tiling.channels + TILE - 1) / TILE, bytes = (int64_t)dtype_size(x->dtype);
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < size[0]; n++)
        for (int64_t tile = 0; tile < tiles; tile++) {
            int64_t c = tile * TILE, end = c + TILE < tiling.channels ? c + TILE : tiling.channels;
            const char *source = (const char *)run->inputs[0] + n * tiling.channels * tiling.pixels * bytes;
            char *target = (char *)run->outputs[0] + n * tiling.channels * tiling.pixels * bytes;
            if (bytes == 2)
                reorder_tile(&tiling, source, target, c, end, 2);
            else
                reorder_tile(&tiling, source, target, c, end, 4);
        }
}

const struct kernel reorder_tiled = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = tiled_supports, .run = tiled_run};
