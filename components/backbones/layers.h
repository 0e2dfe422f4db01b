/*
 * layers.h: the layers that networks are made of: an operation with its parameters, named and first filled as torch.nn's.
 *
 * Each takes the value of its input and adds to the graph, in the current scope; channels come from the input's shape.
 */
#ifndef LRUN_COMPONENTS_BACKBONES_LAYERS_H
#define LRUN_COMPONENTS_BACKBONES_LAYERS_H

#include <stdbool.h>

#include "engine/graph/graph.h"

/** A square convolution with the same padding on all sides. */
struct convolution {
    int channels; /* that come out */
    int kernel;
    int stride;
    int padding;
    int dilation; /* 0: 1 */
    int groups;   /* 0: 1 */
    bool bias;
    /** The first weights; the bias starts at zero. */
    struct init init;
};

/** He's normal for what a relu follows, as torchvision's ResNet: kaiming_normal_(mode="fan_out", nonlinearity="relu"). */
struct init init_kaiming_fan_out(void);

/** normal_ with mean 0. */
struct init init_normal(double deviation);

/** As torchvision's SSD: xavier_uniform_. */
struct init init_xavier_uniform(void);

/** torch.nn.Conv2d: parameters NAME.weight and NAME.bias. */
struct value *layer_convolution(struct graph *graph, struct value *x, const char *name,
                                const struct convolution *convolution);

/** How a normalisation starts and behaves. */
struct normalization {
    /** First weight: 1, or 0 for a residual branch that starts as nothing. */
    double weight;
    /** Statistics of the batch (and the running ones updated), or the running ones. */
    bool training;
    /** Added to the variance; 0: 1e-5. */
    double epsilon;
    /** Weight of the batch in the running statistics; 0: 0.1. */
    double momentum;
};

/** torch.nn.BatchNorm2d: parameters and buffers NAME.weight, .bias, .running_mean, .running_var, .num_batches_tracked. */
struct value *layer_normalization(struct graph *graph, struct value *x, const char *name,
                                  const struct normalization *normalization);

/** torch.nn.MaxPool2d with a square window. */
struct value *layer_max_pool(struct graph *graph, struct value *x, int kernel, int stride, int padding);

/**
 * torch.nn.Linear: parameters NAME.weight and NAME.bias. `init` fills the weight, and the bias starts at zero; NULL: both
 * uniform within 1 / sqrt(features that come in), as torch.nn.Linear by itself.
 */
struct value *layer_linear(struct graph *graph, struct value *x, const char *name, int features,
                           const struct init *init);

#endif
