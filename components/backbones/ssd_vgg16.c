/* ssd_vgg16.c: SSDVGG16. */
#include "components/backbones/ssd_vgg16.h"

#include <stdio.h>

#include "components/backbones/layers.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

#define LAST_CHANNELS 256
#define FIRST_NORM_SCALE 20
#define NORMALIZE_EPSILON 1e-12

struct ssd_vgg16 {
    struct backbone base;
    bool highres;
};

/* A convolution with bias and relu: number `*layer` of a torch.nn.Sequential, in which relu is the next one. */
static struct value *add_layer(struct graph *graph, struct value *x, int *layer, const struct convolution *convolution)
{
    char name[12];
    snprintf(name, sizeof name, "%d", *layer);
    *layer += 2;
    return relu(graph, layer_convolution(graph, x, name, convolution));
}

/* `count` 3x3 convolutions of one stage. */
static struct value *add_stage(struct graph *graph, struct value *x, int *layer, int channels, int count)
{
    struct convolution convolution = {
        .channels = channels, .kernel = 3, .stride = 1, .padding = 1, .bias = true, .init = init_kaiming_fan_out()};
    for (int i = 0; i < count; i++)
        x = add_layer(graph, x, layer, &convolution);
    return x;
}

/* Halves; the third rounds up, to get the paper's 38 x 38. */
static struct value *add_pool(struct graph *graph, struct value *x, int *layer, bool ceil_mode)
{
    ++*layer;
    return max_pool2d(graph, x,
                      &(struct pool2d_attributes){.kernel = {2, 2}, .stride = {2, 2}, .ceil_mode = ceil_mode});
}

/* VGG16 up to conv4_3. */
static struct value *add_features(struct graph *graph, struct value *x)
{
    int layer = 0;
    graph_enter(graph, "features");
    x = add_pool(graph, add_stage(graph, x, &layer, 64, 2), &layer, false);
    x = add_pool(graph, add_stage(graph, x, &layer, 128, 2), &layer, false);
    x = add_pool(graph, add_stage(graph, x, &layer, 256, 3), &layer, true);
    x = add_stage(graph, x, &layer, 512, 3);
    graph_leave(graph);
    return x;
}

/* VGG16's last stage, and its first two linear layers as convolutions. */
static struct value *add_last_stage(struct graph *graph, struct value *x)
{
    struct convolution wide = {.channels = 1024,
                               .kernel = 3,
                               .stride = 1,
                               .padding = 6,
                               .dilation = 6,
                               .bias = true,
                               .init = init_xavier_uniform()};
    struct convolution point = {
        .channels = 1024, .kernel = 1, .stride = 1, .bias = true, .init = init_xavier_uniform()};
    int layer = 0, inner = 1;
    x = add_pool(graph, x, &layer, false);
    x = add_stage(graph, x, &layer, 512, 3);
    graph_enter(graph, "%d", layer);
    x = add_layer(graph, layer_max_pool(graph, x, 3, 1, 1), &inner, &wide);
    x = add_layer(graph, x, &inner, &point);
    graph_leave(graph);
    return x;
}

/* One further map: halves the channels, then a convolution that makes it smaller. */
static struct value *add_further(struct graph *graph, struct value *x, struct convolution shrink)
{
    struct convolution narrow = {
        .channels = shrink.channels / 2, .kernel = 1, .stride = 1, .bias = true, .init = init_xavier_uniform()};
    int layer = 0;
    shrink.bias = true;
    shrink.init = init_xavier_uniform();
    return add_layer(graph, add_layer(graph, x, &layer, &narrow), &layer, &shrink);
}

static void ssd_vgg16_build(const struct backbone *base, struct graph *graph, struct value *images, bool training,
                            struct features *features)
{
    (void)training;
    static const struct convolution further[] = {
        {.channels = 512, .kernel = 3, .stride = 2, .padding = 1},
        {.channels = 256, .kernel = 3, .stride = 2, .padding = 1},
        {.channels = 256, .kernel = 3, .stride = 1},
        {.channels = 256, .kernel = 3, .stride = 1},
        {.channels = 256, .kernel = 4, .stride = 1},
    };
    int count = ((const struct ssd_vgg16 *)base)->highres ? 5 : 4;
    struct value *x = add_features(graph, images);
    if (x == NULL)
        return;
    struct init scale = {.kind = INIT_CONSTANT, .a = FIRST_NORM_SCALE};
    struct value *weight = graph_parameter(graph, "scale_weight", SHAPE(x->shape.size[1]), scale);
    features->maps[0] = l2_normalize(graph, x, weight, NORMALIZE_EPSILON);
    graph_enter(graph, "extra.0");
    features->maps[1] = add_last_stage(graph, x);
    graph_leave(graph);
    for (int i = 0; i < count; i++) {
        graph_enter(graph, "extra.%d", i + 1);
        features->maps[i + 2] = add_further(graph, features->maps[i + 1], further[i]);
        graph_leave(graph);
    }
    features->count = count + 2;
}

static int ssd_vgg16_channels(const struct backbone *base)
{
    (void)base;
    return LAST_CHANNELS;
}

static void ssd_vgg16_destroy(struct backbone *base)
{
    memory_free(base);
}

static const struct backbone_interface ssd_vgg16_interface = {
    .build = ssd_vgg16_build,
    .channels = ssd_vgg16_channels,
    .destroy = ssd_vgg16_destroy,
};

struct backbone *ssd_vgg16_create(const struct ssd_vgg16_params *params, struct error *error)
{
    (void)error;
    struct ssd_vgg16 *net = memory_allocate(1, sizeof *net);
    net->base.interface = &ssd_vgg16_interface;
    net->highres = params->highres;
    return &net->base;
}
