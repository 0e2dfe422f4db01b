/* simple_cnn.h: SimpleCNN: the small network that a small picture needs. */
#ifndef LRUN_COMPONENTS_BACKBONES_SIMPLE_CNN_H
#define LRUN_COMPONENTS_BACKBONES_SIMPLE_CNN_H

#include "components/backbones/backbone.h"
#include "engine/base/params.h"

/** Blocks of 3x3 convolution, batch normalisation, relu and 2x2 max pooling, for small images on a CPU. Name: SimpleCNN. */
struct simple_cnn_params {
    /** Channels of each block; each halves height and width. Default: [32, 64, 128]. Range: [1, 4096]. */
    struct int_list channels;
};

/** Makes the backbone. Fails with ERROR_CONFIG when there are no blocks or more than eight. */
struct backbone *simple_cnn_create(const struct simple_cnn_params *params, struct error *error);

#endif
