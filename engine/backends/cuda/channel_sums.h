/*
 * channel_sums.h: a sum over the pixels of each channel of each image: [n, c, h, w] -> [n, c]. For cuda.cu files.
 *
 *     CHANNEL_SUMS(product, x * y)                 // product_sums(device, &arguments)
 *
 * The formula is of the floats x, y (x again where there is one array) and `weight`, a number per image and pixel. A block has
 * the sums of CHANNEL_LANES channels; its threads take every so-manieth pixel, and one adds what they found, in order and in
 * double: the sums are the same whichever the GPU.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CHANNEL_SUMS_H
#define LRUN_ENGINE_BACKENDS_CUDA_CHANNEL_SUMS_H

#include "engine/backends/cuda/images.h"

#define CHANNEL_LANES 32
#define PIXEL_PARTS (BLOCK_THREADS / CHANNEL_LANES)

struct channel_sums {
    const void *x;
    const void *y;
    /** [n, h * w], or NULL: 1. */
    const float *weights;
    /** [n, c], of the sums times `factor`. */
    void *sums;
    double factor;
    enum dtype dtype, sums_dtype;
    int64_t images;
    struct image_grid grid;
};

/** For a node whose input 0 is x and input 1, if there is one, y; its output 0 are the sums. Factor 1. */
static inline struct channel_sums channel_sums_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct channel_sums a;
    a.x = run->inputs[0];
    a.y = node->input_count > 1 ? run->inputs[1] : a.x;
    a.weights = NULL;
    a.sums = run->outputs[0];
    a.factor = 1;
    a.dtype = node->inputs[0]->dtype;
    a.sums_dtype = node->outputs[0]->dtype;
    a.images = node->inputs[0]->shape.size[0];
    a.grid = image_grid_of(node->inputs[0]);
    return a;
}

/* Blocks of an image. */
BODY int64_t channel_groups(const struct channel_sums *a)
{
    return (a->grid.channels + CHANNEL_LANES - 1) / CHANNEL_LANES;
}

#define CHANNEL_SUMS(name, formula)                                                                                    \
    struct name##_shared {                                                                                             \
        double parts[CHANNEL_LANES][PIXEL_PARTS];                                                                      \
    };                                                                                                                 \
    BODY float name##_formula(float x, float y, float weight)                                                          \
    {                                                                                                                  \
        (void)x, (void)y, (void)weight;                                                                                \
        return formula;                                                                                                \
    }                                                                                                                  \
    BODY double name##_part(const struct channel_sums *a, int64_t image, int64_t channel, int first)                   \
    {                                                                                                                  \
        int64_t pixels = a->grid.height * a->grid.width;                                                               \
        double sum = 0;                                                                                                \
        for (int64_t p = first; p < pixels; p += PIXEL_PARTS) {                                                        \
            int64_t offset = image_offset(&a->grid, image, channel, p);                                                \
            float weight = a->weights != NULL ? a->weights[image * pixels + p] : 1;                                    \
            sum += name##_formula(float_get(a->x, a->dtype, offset), float_get(a->y, a->dtype, offset), weight);       \
        }                                                                                                              \
        return sum;                                                                                                    \
    }                                                                                                                  \
    BODY void name##_body(struct block_place place, int phase, struct name##_shared *shared,                           \
                          const struct channel_sums *a)                                                                \
    {                                                                                                                  \
        int lane = place.thread % CHANNEL_LANES, part = place.thread / CHANNEL_LANES;                                  \
        int64_t image = place.block / channel_groups(a);                                                               \
        int64_t channel = place.block % channel_groups(a) * CHANNEL_LANES + lane;                                      \
        if (channel >= a->grid.channels)                                                                               \
            return;                                                                                                    \
        if (phase == 0)                                                                                                \
            shared->parts[lane][part] = name##_part(a, image, channel, part);                                          \
        else if (part == 0)                                                                                            \
            float_set(a->sums, a->sums_dtype, image * a->grid.channels + channel,                                      \
                      (float)(parts_sum(shared->parts[lane], PIXEL_PARTS) * a->factor));                               \
    }                                                                                                                  \
    LAUNCHER_OF_BLOCKS(name, struct channel_sums, 2)                                                                   \
    static inline void name##_sums(struct device *device, const struct channel_sums *a)                                \
    {                                                                                                                  \
        name##_launch(device, a->images *channel_groups(a), a);                                                        \
    }

#endif
