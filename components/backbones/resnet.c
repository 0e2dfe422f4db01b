/* resnet.c: ResNet18, ResNet34 and ResNet50. */
#include "components/backbones/resnet.h"

#include "components/backbones/layers.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

#define STAGES 4
#define BOTTLENECK_EXPANSION 4

struct resnet {
    struct backbone base;
    /** Blocks of each stage. */
    int blocks[STAGES];
    /** Three convolutions per block, the last four times as wide; else two. */
    bool bottleneck;
    bool zero_init_residual;
};

/* What a block is told besides its input. */
struct block {
    const struct resnet *resnet;
    int channels; /* of its convolutions; a bottleneck gives out four times as many */
    int stride;
    bool training;
};

static struct value *add_convolution(struct graph *graph, struct value *x, const char *name, int channels, int kernel,
                                     int stride)
{
    struct convolution convolution = {
        .channels = channels,
        .kernel = kernel,
        .stride = stride,
        .padding = kernel / 2,
        .init = init_kaiming_fan_out(),
    };
    return layer_convolution(graph, x, name, &convolution);
}

static struct value *add_normalization(struct graph *graph, struct value *x, const char *name, bool training)
{
    return layer_normalization(graph, x, name, &(struct normalization){.weight = 1, .training = training});
}

/* The last normalisation of a residual branch. */
static struct value *add_last_normalization(struct graph *graph, struct value *x, const char *name,
                                            const struct block *block)
{
    struct normalization last = {.weight = block->resnet->zero_init_residual ? 0 : 1, .training = block->training};
    return layer_normalization(graph, x, name, &last);
}

static struct value *add_basic_branch(struct graph *graph, struct value *x, const struct block *block)
{
    x = add_convolution(graph, x, "conv1", block->channels, 3, block->stride);
    x = relu(graph, add_normalization(graph, x, "bn1", block->training));
    x = add_convolution(graph, x, "conv2", block->channels, 3, 1);
    return add_last_normalization(graph, x, "bn2", block);
}

static struct value *add_bottleneck_branch(struct graph *graph, struct value *x, const struct block *block)
{
    x = add_convolution(graph, x, "conv1", block->channels, 1, 1);
    x = relu(graph, add_normalization(graph, x, "bn1", block->training));
    x = add_convolution(graph, x, "conv2", block->channels, 3, block->stride);
    x = relu(graph, add_normalization(graph, x, "bn2", block->training));
    x = add_convolution(graph, x, "conv3", block->channels * BOTTLENECK_EXPANSION, 1, 1);
    return add_last_normalization(graph, x, "bn3", block);
}

static struct value *add_shortcut(struct graph *graph, struct value *x, const struct block *block, int channels)
{
    graph_enter(graph, "downsample");
    x = add_convolution(graph, x, "0", channels, 1, block->stride);
    x = add_normalization(graph, x, "1", block->training);
    graph_leave(graph);
    return x;
}

static struct value *add_block(struct graph *graph, struct value *x, const struct block *block)
{
    if (x == NULL)
        return NULL;
    bool bottleneck = block->resnet->bottleneck;
    int channels = block->channels * (bottleneck ? BOTTLENECK_EXPANSION : 1);
    struct value *branch = bottleneck ? add_bottleneck_branch(graph, x, block) : add_basic_branch(graph, x, block);
    struct value *shortcut =
        block->stride != 1 || x->shape.size[1] != channels ? add_shortcut(graph, x, block, channels) : x;
    return relu(graph, add(graph, branch, shortcut));
}

static void resnet_build(const struct backbone *base, struct graph *graph, struct value *images, bool training,
                         struct features *features)
{
    const struct resnet *resnet = (const struct resnet *)base;
    struct value *x = add_convolution(graph, images, "conv1", 64, 7, 2);
    x = relu(graph, add_normalization(graph, x, "bn1", training));
    x = layer_max_pool(graph, x, 3, 2, 1);
    features->count = STAGES;
    for (int stage = 0; stage < STAGES; stage++) {
        for (int i = 0; i < resnet->blocks[stage]; i++) {
            struct block block = {
                .resnet = resnet,
                .channels = 64 << stage,
                .stride = i == 0 && stage > 0 ? 2 : 1,
                .training = training,
            };
            graph_enter(graph, "layer%d.%d", stage + 1, i);
            x = add_block(graph, x, &block);
            graph_leave(graph);
        }
        features->maps[stage] = x;
    }
}

static int resnet_channels(const struct backbone *base)
{
    const struct resnet *resnet = (const struct resnet *)base;
    return (64 << (STAGES - 1)) * (resnet->bottleneck ? BOTTLENECK_EXPANSION : 1);
}

static void resnet_destroy(struct backbone *base)
{
    memory_free(base);
}

static const struct backbone_interface resnet_interface = {
    .build = resnet_build,
    .channels = resnet_channels,
    .destroy = resnet_destroy,
};

static struct backbone *resnet_create(const int blocks[STAGES], bool bottleneck, bool zero_init_residual)
{
    struct resnet *resnet = memory_allocate(1, sizeof *resnet);
    resnet->base.interface = &resnet_interface;
    for (int i = 0; i < STAGES; i++)
        resnet->blocks[i] = blocks[i];
    resnet->bottleneck = bottleneck;
    resnet->zero_init_residual = zero_init_residual;
    return &resnet->base;
}

struct backbone *resnet18_create(const struct resnet18_params *params, struct error *error)
{
    (void)error;
    return resnet_create((const int[]){2, 2, 2, 2}, false, params->zero_init_residual);
}

struct backbone *resnet34_create(const struct resnet34_params *params, struct error *error)
{
    (void)error;
    return resnet_create((const int[]){3, 4, 6, 3}, false, params->zero_init_residual);
}

struct backbone *resnet50_create(const struct resnet50_params *params, struct error *error)
{
    (void)error;
    return resnet_create((const int[]){3, 4, 6, 3}, true, params->zero_init_residual);
}
