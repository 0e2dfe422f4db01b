/* mobilenet_v3_blocks.c: the blocks that MobileNetV3 is made of. */
#include "components/backbones/mobilenet_v3_blocks.h"

#include <stdio.h>
#include <string.h>

#include "components/backbones/layers.h"
#include "engine/ops/ops.h"

#define NORMALIZATION_EPSILON 1e-3
#define STEM_CHANNELS 16
#define TAIL_BLOCKS 3

struct mobilenet_style mobilenet_style_ssd_lite(bool training)
{
    return (struct mobilenet_style){.init = init_normal(0.03), .momentum = 0.03, .training = training};
}

static struct value *activate(struct graph *graph, struct value *x, enum mobilenet_activation kind)
{
    switch (kind) {
    case MOBILENET_RELU:
        return relu(graph, x);
    case MOBILENET_RELU6:
        return activation(graph, x, ACTIVATION_RELU6);
    case MOBILENET_HARD_SWISH:
        return activation(graph, x, ACTIVATION_HARD_SWISH);
    case MOBILENET_NONE:
    default:
        return x;
    }
}

struct value *mobilenet_convolution(struct graph *graph, struct value *x, const char *name,
                                    const struct mobilenet_convolution *convolution,
                                    const struct mobilenet_style *style)
{
    struct convolution layer = {
        .channels = convolution->channels,
        .kernel = convolution->kernel,
        .stride = convolution->stride,
        .padding = convolution->kernel / 2,
        .groups = convolution->depthwise ? convolution->channels : 1,
        .init = style->init,
    };
    struct normalization normalization = {
        .weight = 1, .training = style->training, .epsilon = NORMALIZATION_EPSILON, .momentum = style->momentum};
    graph_enter(graph, "%s", name);
    x = layer_convolution(graph, x, "0", &layer);
    x = layer_normalization(graph, x, "1", &normalization);
    graph_leave(graph);
    return activate(graph, x, convolution->activation);
}

/* torchvision's _make_divisible(channels, 8): the nearest multiple of 8, but not below nine tenths. */
static int make_divisible(int channels)
{
    int rounded = (channels + 4) / 8 * 8;
    if (rounded < 8)
        rounded = 8;
    return rounded * 10 < channels * 9 ? rounded + 8 : rounded;
}

static struct value *add_point(struct graph *graph, struct value *x, const char *name, int channels, struct init init)
{
    struct convolution point = {.channels = channels, .kernel = 1, .stride = 1, .bias = true, .init = init};
    return layer_convolution(graph, x, name, &point);
}

/* torchvision.ops.SqueezeExcitation with hard sigmoid. */
static struct value *squeeze_and_excite(struct graph *graph, struct value *x, const struct mobilenet_style *style)
{
    if (x == NULL)
        return NULL;
    int64_t n = x->shape.size[0], channels = x->shape.size[1];
    struct value *factors = reshape(graph, global_average_pool(graph, x), SHAPE(n, channels, 1, 1));
    factors = relu(graph, add_point(graph, factors, "fc1", make_divisible((int)channels / 4), style->init));
    factors = add_point(graph, factors, "fc2", (int)channels, style->init);
    factors = reshape(graph, activation(graph, factors, ACTIVATION_HARD_SIGMOID), SHAPE(n, channels));
    return scale_channels(graph, x, factors);
}

static enum mobilenet_activation activation_of(const struct mobilenet_block *block)
{
    return block->hard_swish ? MOBILENET_HARD_SWISH : MOBILENET_RELU;
}

static bool block_expands(const struct mobilenet_block *block, const struct value *x)
{
    return x->shape.size[1] != block->expanded;
}

struct value *mobilenet_expand(struct graph *graph, struct value *x, const char *name,
                               const struct mobilenet_block *block, const struct mobilenet_style *style)
{
    if (x == NULL || !block_expands(block, x))
        return x;
    struct mobilenet_convolution expand = {
        .channels = block->expanded, .kernel = 1, .stride = 1, .activation = activation_of(block)};
    return mobilenet_convolution(graph, x, name, &expand, style);
}

struct value *mobilenet_finish(struct graph *graph, struct value *expanded, struct value *x,
                               const struct mobilenet_block *block, const struct mobilenet_style *style)
{
    if (expanded == NULL)
        return NULL;
    struct mobilenet_convolution filter = {
        .channels = block->expanded,
        .kernel = block->kernel,
        .stride = block->stride,
        .depthwise = true,
        .activation = activation_of(block),
    };
    struct mobilenet_convolution project = {.channels = block->channels, .kernel = 1, .stride = 1};
    int number = block_expands(block, x);
    char name[12];
    snprintf(name, sizeof name, "%d", number++);
    struct value *y = mobilenet_convolution(graph, expanded, name, &filter, style);
    if (block->squeezes) {
        graph_enter(graph, "%d", number++);
        y = squeeze_and_excite(graph, y, style);
        graph_leave(graph);
    }
    snprintf(name, sizeof name, "%d", number);
    y = mobilenet_convolution(graph, y, name, &project, style);
    bool residual = block->stride == 1 && x->shape.size[1] == block->channels;
    return residual ? add(graph, y, x) : y;
}

struct value *mobilenet_add_block(struct graph *graph, struct value *x, const struct mobilenet_block *block,
                                  const struct mobilenet_style *style)
{
    return mobilenet_finish(graph, mobilenet_expand(graph, x, "0", block, style), x, block, style);
}

struct value *mobilenet_stem(struct graph *graph, struct value *images, const char *name,
                             const struct mobilenet_style *style)
{
    struct mobilenet_convolution stem = {
        .channels = STEM_CHANNELS, .kernel = 3, .stride = 2, .activation = MOBILENET_HARD_SWISH};
    return mobilenet_convolution(graph, images, name, &stem, style);
}

struct value *mobilenet_last(struct graph *graph, struct value *x, const char *name,
                             const struct mobilenet_style *style)
{
    if (x == NULL)
        return NULL;
    struct mobilenet_convolution last = {.channels = MOBILENET_LAST_EXPANSION * (int)x->shape.size[1],
                                         .kernel = 1,
                                         .stride = 1,
                                         .activation = MOBILENET_HARD_SWISH};
    return mobilenet_convolution(graph, x, name, &last, style);
}

static void halve_tail(struct mobilenet_block *blocks, int count)
{
    for (int i = count - TAIL_BLOCKS; i < count; i++) {
        blocks[i].channels /= 2;
        if (i > count - TAIL_BLOCKS)
            blocks[i].expanded /= 2;
    }
}

void mobilenet_large_blocks(bool reduced_tail, struct mobilenet_block blocks[MOBILENET_LARGE_BLOCKS])
{
    static const struct mobilenet_block large[MOBILENET_LARGE_BLOCKS] = {
        {3, 16, 16, false, false, 1}, {3, 64, 24, false, false, 2}, {3, 72, 24, false, false, 1},
        {5, 72, 40, true, false, 2},  {5, 120, 40, true, false, 1}, {5, 120, 40, true, false, 1},
        {3, 240, 80, false, true, 2}, {3, 200, 80, false, true, 1}, {3, 184, 80, false, true, 1},
        {3, 184, 80, false, true, 1}, {3, 480, 112, true, true, 1}, {3, 672, 112, true, true, 1},
        {5, 672, 160, true, true, 2}, {5, 960, 160, true, true, 1}, {5, 960, 160, true, true, 1},
    };
    memcpy(blocks, large, sizeof large);
    if (reduced_tail)
        halve_tail(blocks, MOBILENET_LARGE_BLOCKS);
}

void mobilenet_small_blocks(bool reduced_tail, struct mobilenet_block blocks[MOBILENET_SMALL_BLOCKS])
{
    static const struct mobilenet_block small[MOBILENET_SMALL_BLOCKS] = {
        {3, 16, 16, true, false, 2}, {3, 72, 24, false, false, 2}, {3, 88, 24, false, false, 1},
        {5, 96, 40, true, true, 2},  {5, 240, 40, true, true, 1},  {5, 240, 40, true, true, 1},
        {5, 120, 48, true, true, 1}, {5, 144, 48, true, true, 1},  {5, 288, 96, true, true, 2},
        {5, 576, 96, true, true, 1}, {5, 576, 96, true, true, 1},
    };
    memcpy(blocks, small, sizeof small);
    if (reduced_tail)
        halve_tail(blocks, MOBILENET_SMALL_BLOCKS);
}
