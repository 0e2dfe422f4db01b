/*
 * scale_channels.h: the kernels of scale_channels and of the gradient of its factors.
 *
 * scale_channels: inputs x [n, c, h, w], factors [n, c]. scale_channels_backward_factors: inputs gradient of y, x; output
 * [n, c]. The gradient of x is scale_channels of the gradient.
 */
#ifndef LRUN_ENGINE_OPS_SCALE_CHANNELS_SCALE_CHANNELS_H
#define LRUN_ENGINE_OPS_SCALE_CHANNELS_SCALE_CHANNELS_H

#include "engine/graph/op.h"

extern const struct kernel scale_channels_cpu;
extern const struct kernel scale_channels_cuda;
extern const struct kernel scale_channels_reference;
extern const struct kernel scale_channels_backward_factors_cpu;
extern const struct kernel scale_channels_backward_factors_cuda;
extern const struct kernel scale_channels_backward_factors_reference;

#endif
