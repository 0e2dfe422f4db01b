/* simple_cnn.c: SimpleCNN. */
#include "components/backbones/simple_cnn.h"

#include "components/backbones/layers.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

struct simple_cnn {
    struct backbone base;
    int channels[BACKBONE_MAX_FEATURES];
    int blocks;
};

static void simple_cnn_build(const struct backbone *base, struct graph *graph, struct value *images, bool training,
                             struct features *features)
{
    const struct simple_cnn *cnn = (const struct simple_cnn *)base;
    struct value *x = images;
    features->count = cnn->blocks;
    for (int i = 0; i < cnn->blocks; i++) {
        struct convolution convolution = {
            .channels = cnn->channels[i], .kernel = 3, .stride = 1, .padding = 1, .init = init_kaiming_fan_out()};
        graph_enter(graph, "blocks.%d", i);
        x = layer_convolution(graph, x, "conv", &convolution);
        x = layer_normalization(graph, x, "bn", &(struct normalization){.weight = 1, .training = training});
        x = layer_max_pool(graph, relu(graph, x), 2, 2, 0);
        graph_leave(graph);
        features->maps[i] = x;
    }
}

static int simple_cnn_channels(const struct backbone *base)
{
    const struct simple_cnn *cnn = (const struct simple_cnn *)base;
    return cnn->channels[cnn->blocks - 1];
}

static void simple_cnn_destroy(struct backbone *base)
{
    memory_free(base);
}

static const struct backbone_interface simple_cnn_interface = {
    .build = simple_cnn_build,
    .channels = simple_cnn_channels,
    .destroy = simple_cnn_destroy,
};

struct backbone *simple_cnn_create(const struct simple_cnn_params *params, struct error *error)
{
    size_t blocks = params->channels.count;
    if (blocks < 1 || blocks > BACKBONE_MAX_FEATURES) {
        error_set(error, ERROR_CONFIG, "wanted 1 to %d blocks in channels, found %zu", BACKBONE_MAX_FEATURES, blocks);
        return NULL;
    }
    struct simple_cnn *cnn = memory_allocate(1, sizeof *cnn);
    cnn->base.interface = &simple_cnn_interface;
    cnn->blocks = (int)blocks;
    for (size_t i = 0; i < blocks; i++)
        cnn->channels[i] = (int)params->channels.items[i];
    return &cnn->base;
}
