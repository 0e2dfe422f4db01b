/* layers.c: the layers that networks are made of. */
#include "components/backbones/layers.h"

#include <math.h>

#include "engine/ops/ops.h"

struct init init_kaiming_fan_out(void)
{
    return (struct init){.kind = INIT_KAIMING_NORMAL, .a = sqrt(2), .b = 1};
}

struct init init_normal(double deviation)
{
    return (struct init){.kind = INIT_NORMAL, .b = deviation};
}

struct init init_xavier_uniform(void)
{
    return (struct init){.kind = INIT_XAVIER_UNIFORM, .a = 1};
}

static struct init init_constant(double number)
{
    return (struct init){.kind = INIT_CONSTANT, .a = number};
}

struct value *layer_convolution(struct graph *graph, struct value *x, const char *name,
                                const struct convolution *convolution)
{
    if (x == NULL)
        return NULL;
    int kernel = convolution->kernel, stride = convolution->stride, padding = convolution->padding;
    int dilation = convolution->dilation > 0 ? convolution->dilation : 1;
    int groups = convolution->groups > 0 ? convolution->groups : 1;
    struct conv2d_attributes attributes = {
        .stride = {stride, stride},
        .padding = {padding, padding},
        .dilation = {dilation, dilation},
        .groups = groups,
    };
    graph_enter(graph, "%s", name);
    struct value *weight = graph_parameter(
        graph, "weight", SHAPE(convolution->channels, x->shape.size[1] / groups, kernel, kernel), convolution->init);
    struct value *bias =
        convolution->bias ? graph_parameter(graph, "bias", SHAPE(convolution->channels), init_constant(0)) : NULL;
    x = conv2d(graph, x, weight, bias, &attributes);
    graph_leave(graph);
    return x;
}

struct value *layer_normalization(struct graph *graph, struct value *x, const char *name,
                                  const struct normalization *normalization)
{
    if (x == NULL)
        return NULL;
    struct shape channels = SHAPE(x->shape.size[1]);
    struct batch_norm_attributes attributes = {
        .epsilon = normalization->epsilon > 0 ? normalization->epsilon : 1e-5,
        .momentum = normalization->momentum > 0 ? normalization->momentum : 0.1,
        .training = normalization->training,
    };
    graph_enter(graph, "%s", name);
    struct value *weight = graph_parameter(graph, "weight", channels, init_constant(normalization->weight));
    struct value *bias = graph_parameter(graph, "bias", channels, init_constant(0));
    struct value *mean = graph_buffer(graph, "running_mean", DTYPE_F32, channels, init_constant(0));
    struct value *variance = graph_buffer(graph, "running_var", DTYPE_F32, channels, init_constant(1));
    struct value *batches =
        graph_buffer(graph, "num_batches_tracked", DTYPE_I64, (struct shape){.rank = 0}, init_constant(0));
    x = batch_norm(graph, x, weight, bias, mean, variance, batches, &attributes);
    graph_leave(graph);
    return x;
}

struct value *layer_max_pool(struct graph *graph, struct value *x, int kernel, int stride, int padding)
{
    struct pool2d_attributes attributes = {
        .kernel = {kernel, kernel},
        .stride = {stride, stride},
        .padding = {padding, padding},
    };
    return max_pool2d(graph, x, &attributes);
}

struct value *layer_linear(struct graph *graph, struct value *x, const char *name, int features,
                           const struct init *init)
{
    if (x == NULL)
        return NULL;
    double bound = 1 / sqrt((double)x->shape.size[1]);
    struct init uniform = {.kind = INIT_UNIFORM, .a = -bound, .b = bound};
    struct init for_weight = init != NULL ? *init : uniform, for_bias = init != NULL ? init_constant(0) : uniform;
    graph_enter(graph, "%s", name);
    struct value *weight = graph_parameter(graph, "weight", SHAPE(features, x->shape.size[1]), for_weight);
    struct value *bias = graph_parameter(graph, "bias", SHAPE(features), for_bias);
    x = linear(graph, x, weight, bias);
    graph_leave(graph);
    return x;
}
