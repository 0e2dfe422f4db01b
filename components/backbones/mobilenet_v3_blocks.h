/*
 * mobilenet_v3_blocks.h: the blocks that MobileNetV3 is made of, for its classifiers and for detectors that cut it open.
 *
 * A block is expanded (1x1), filtered by channel (depthwise), weighed by channel (squeeze-and-excitation) and projected
 * (1x1), as torchvision.models.mobilenetv3.InvertedResidual.
 */
#ifndef LRUN_COMPONENTS_BACKBONES_MOBILENET_V3_BLOCKS_H
#define LRUN_COMPONENTS_BACKBONES_MOBILENET_V3_BLOCKS_H

#include <stdbool.h>

#include "engine/graph/graph.h"

/** How all layers of a network start and behave. */
struct mobilenet_style {
    struct init init;
    /** Of the normalisations. */
    double momentum;
    bool training;
};

/** What every layer of torchvision's ssdlite320_mobilenet_v3_large has. */
struct mobilenet_style mobilenet_style_ssd_lite(bool training);

enum mobilenet_activation { MOBILENET_NONE, MOBILENET_RELU, MOBILENET_RELU6, MOBILENET_HARD_SWISH };

/** A convolution, normalised and activated: torchvision.ops.Conv2dNormActivation, layers NAME.0 and NAME.1. */
struct mobilenet_convolution {
    int channels; /* that come out */
    int kernel;
    int stride;
    bool depthwise; /* each channel by itself */
    enum mobilenet_activation activation;
};

struct value *mobilenet_convolution(struct graph *graph, struct value *x, const char *name,
                                    const struct mobilenet_convolution *convolution,
                                    const struct mobilenet_style *style);

/** One row of the paper's tables. */
struct mobilenet_block {
    int kernel;
    int expanded; /* channels inside */
    int channels; /* that come out */
    bool squeezes;
    bool hard_swish; /* else relu */
    int stride;
};

/** A whole block; its layers are named 0, 1, ... in the current scope. */
struct value *mobilenet_add_block(struct graph *graph, struct value *x, const struct mobilenet_block *block,
                                  const struct mobilenet_style *style);

/** Only the first layer of a block, under a name of the caller's; x itself where the block does not expand. */
struct value *mobilenet_expand(struct graph *graph, struct value *x, const char *name,
                               const struct mobilenet_block *block, const struct mobilenet_style *style);

/**
 * The further layers of a block, named from the number behind the first one's. `expanded` is mobilenet_expand's result for
 * `x`, which is added to the result where stride and channels allow.
 */
struct value *mobilenet_finish(struct graph *graph, struct value *expanded, struct value *x,
                               const struct mobilenet_block *block, const struct mobilenet_style *style);

/** The layer in front of the first block. */
struct value *mobilenet_stem(struct graph *graph, struct value *images, const char *name,
                             const struct mobilenet_style *style);

/** The layer behind the last block, which has this many times the block's channels. */
#define MOBILENET_LAST_EXPANSION 6
struct value *mobilenet_last(struct graph *graph, struct value *x, const char *name,
                             const struct mobilenet_style *style);

/** The rows of MobileNetV3Large; a reduced tail has half the channels in the last three. */
#define MOBILENET_LARGE_BLOCKS 15
void mobilenet_large_blocks(bool reduced_tail, struct mobilenet_block blocks[MOBILENET_LARGE_BLOCKS]);

/** The rows of MobileNetV3Small. */
#define MOBILENET_SMALL_BLOCKS 11
void mobilenet_small_blocks(bool reduced_tail, struct mobilenet_block blocks[MOBILENET_SMALL_BLOCKS]);

#endif
