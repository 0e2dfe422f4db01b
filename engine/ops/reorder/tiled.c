/*
 * tiled.c: reordering 4-byte elements in tiles of channels that are together in both layouts, so that reads and writes
 * stay in cache lines.
 */
#include "engine/ops/reorder/reorder.h"

#define TILE 16

static bool tiled_supports(const struct node *node)
{
    const struct value *x = node->inputs[0];
    return x->shape.rank == 4 && dtype_size(x->dtype) == sizeof(float) && x->layout != node->outputs[0]->layout;
}

/* Channels [c, end) of one image, `pixels` long: within one tile both layouts step evenly. */
static void reorder_tile(const float *x, float *y, int64_t from, int64_t to, int64_t c, int64_t end, int64_t pixels)
{
    for (int64_t start = 0; start < pixels; start += TILE) {
        int64_t stop = start + TILE < pixels ? start + TILE : pixels;
        for (int64_t channel = c; channel < end; channel++) {
            const float *source = x + channel / from * from * pixels + channel % from;
            float *target = y + channel / to * to * pixels + channel % to;
            for (int64_t p = start; p < stop; p++)
                target[p * to] = source[p * from];
        }
    }
}

static void tiled_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x = instance->node->inputs[0];
    const int64_t *size = x->shape.size;
    int64_t channels = size[1], pixels = size[2] * size[3], tiles = (channels + TILE - 1) / TILE;
    int64_t from = layout_block(x), to = layout_block(instance->node->outputs[0]);
    const float *source = run->inputs[0];
    float *target = run->outputs[0];
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < size[0]; n++)
        for (int64_t tile = 0; tile < tiles; tile++) {
            int64_t c = tile * TILE, end = c + TILE < channels ? c + TILE : channels, image = n * channels * pixels;
            reorder_tile(source + image, target + image, from, to, c, end, pixels);
        }
}

const struct kernel reorder_tiled = {.name = "cpu", .floats = FLOATS_F32, .supports = tiled_supports, .run = tiled_run};
