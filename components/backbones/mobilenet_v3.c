/* mobilenet_v3.c: MobileNetV3Large and MobileNetV3Small. */
#include "components/backbones/mobilenet_v3.h"

#include <assert.h>
#include <stdio.h>

#include "components/backbones/layers.h"
#include "components/backbones/mobilenet_v3_blocks.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

#define CLASSIFIER_DEVIATION 0.01
#define NORMALIZATION_MOMENTUM 0.01

struct mobilenet_v3 {
    struct backbone base;
    struct mobilenet_block blocks[MOBILENET_LARGE_BLOCKS];
    int block_count;
    /** Units of the classifier's hidden layer. */
    int hidden;
    double dropout;
};

static void features_add(struct features *features, struct value *map)
{
    assert(features->count < BACKBONE_MAX_FEATURES);
    features->maps[features->count++] = map;
}

static void mobilenet_v3_build(const struct backbone *base, struct graph *graph, struct value *images, bool training,
                               struct features *features)
{
    const struct mobilenet_v3 *net = (const struct mobilenet_v3 *)base;
    struct mobilenet_style style = {
        .init = init_kaiming_fan_out(), .momentum = NORMALIZATION_MOMENTUM, .training = training};
    char last_name[12];
    snprintf(last_name, sizeof last_name, "%d", net->block_count + 1);
    features->count = 0;
    graph_enter(graph, "features");
    struct value *x = mobilenet_stem(graph, images, "0", &style);
    for (int i = 0; i < net->block_count; i++) {
        const struct mobilenet_block *block = &net->blocks[i];
        graph_enter(graph, "%d.block", i + 1);
        struct value *expanded = mobilenet_expand(graph, x, "0", block, &style);
        if (block->stride > 1)
            features_add(features, expanded);
        x = mobilenet_finish(graph, expanded, x, block, &style);
        graph_leave(graph);
    }
    x = mobilenet_last(graph, x, last_name, &style);
    graph_leave(graph);
    features_add(features, x);
}

static int mobilenet_v3_channels(const struct backbone *base)
{
    const struct mobilenet_v3 *net = (const struct mobilenet_v3 *)base;
    return MOBILENET_LAST_EXPANSION * net->blocks[net->block_count - 1].channels;
}

static struct value *mobilenet_v3_classify(const struct backbone *base, struct graph *graph, struct value *pooled,
                                           int classes, bool training)
{
    const struct mobilenet_v3 *net = (const struct mobilenet_v3 *)base;
    struct init init = init_normal(CLASSIFIER_DEVIATION);
    graph_enter(graph, "classifier");
    struct value *x = layer_linear(graph, pooled, "0", net->hidden, &init);
    x = activation(graph, x, ACTIVATION_HARD_SWISH);
    if (training && net->dropout > 0)
        x = dropout(graph, x, net->dropout);
    x = layer_linear(graph, x, "3", classes, &init);
    graph_leave(graph);
    return x;
}

static void mobilenet_v3_destroy(struct backbone *base)
{
    memory_free(base);
}

static const struct backbone_interface mobilenet_v3_interface = {
    .build = mobilenet_v3_build,
    .channels = mobilenet_v3_channels,
    .classify = mobilenet_v3_classify,
    .destroy = mobilenet_v3_destroy,
};

static struct mobilenet_v3 *mobilenet_v3_create(int block_count, int hidden, double dropout)
{
    struct mobilenet_v3 *net = memory_allocate(1, sizeof *net);
    net->base.interface = &mobilenet_v3_interface;
    net->block_count = block_count;
    net->hidden = hidden;
    net->dropout = dropout;
    return net;
}

struct backbone *mobilenet_v3_large_create(const struct mobilenet_v3_large_params *params, struct error *error)
{
    (void)error;
    struct mobilenet_v3 *net =
        mobilenet_v3_create(MOBILENET_LARGE_BLOCKS, params->reduced_tail ? 640 : 1280, params->dropout);
    mobilenet_large_blocks(params->reduced_tail, net->blocks);
    return &net->base;
}

struct backbone *mobilenet_v3_small_create(const struct mobilenet_v3_small_params *params, struct error *error)
{
    (void)error;
    struct mobilenet_v3 *net =
        mobilenet_v3_create(MOBILENET_SMALL_BLOCKS, params->reduced_tail ? 512 : 1024, params->dropout);
    mobilenet_small_blocks(params->reduced_tail, net->blocks);
    return &net->base;
}
