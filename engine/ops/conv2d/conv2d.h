/* conv2d.h: what the kernels of conv2d and of its two gradients share. */
#ifndef LRUN_ENGINE_OPS_CONV2D_CONV2D_H
#define LRUN_ENGINE_OPS_CONV2D_CONV2D_H

#include "build_config.h"
#include "engine/backends/cpu/amx.h"
#include "engine/backends/cpu/gemm.h"
#include "engine/graph/op.h"
#include "engine/ops/ops.h"

/** Attributes of conv2d_backward_data and conv2d_backward_weights. */
struct conv2d_backward_attributes {
    struct conv2d_attributes conv;
    /** Shape of what is computed: the gradient of x, or of the weight. */
    struct shape result;
    /** conv2d_backward_weights only: also the gradient of the bias; and the type of both, which is the parameters'. */
    bool bias;
    enum dtype weight_dtype;
};

/** The sizes of a convolution x [n, c, h, w] -> y [n, k, oh, ow], from any of its three nodes. */
struct conv2d_geometry {
    int64_t n, c, h, w;
    int64_t k, oh, ow;
    int64_t kh, kw;
    /** Channels of x and of y in one group. */
    int64_t group_c, group_k;
    const struct conv2d_attributes *attributes;
};

/** `node` is of conv2d_op: inputs x, weight, bias; output y. */
struct conv2d_geometry conv2d_forward_geometry(const struct node *node);
/** `node` is of conv2d_backward_data_op: inputs gradient of y, weight; output gradient of x. */
struct conv2d_geometry conv2d_backward_data_geometry(const struct node *node);
/** `node` is of conv2d_backward_weights_op: inputs x, gradient of y; outputs gradients of weight and bias. */
struct conv2d_geometry conv2d_backward_weights_geometry(const struct node *node);

#if LRUN_HAVE_AMX
/** From bfloat16 to float32, with x and y channels last. */
extern const struct kernel conv2d_backward_weights_amx;
#endif

#if LRUN_HAVE_ONEDNN
extern const struct kernel conv2d_winograd;
extern const struct kernel conv2d_onednn;
extern const struct kernel conv2d_onednn_any;
extern const struct kernel conv2d_backward_data_winograd;
extern const struct kernel conv2d_backward_data_onednn;
extern const struct kernel conv2d_backward_data_onednn_any;
extern const struct kernel conv2d_backward_weights_winograd;
extern const struct kernel conv2d_backward_weights_onednn;
extern const struct kernel conv2d_backward_weights_onednn_any;
#endif

#if LRUN_HAVE_GEMM
extern const struct kernel conv2d_gemm;
extern const struct kernel conv2d_backward_data_gemm;
extern const struct kernel conv2d_backward_weights_gemm;
#endif

extern const struct kernel conv2d_cudnn;
extern const struct kernel conv2d_backward_data_cudnn;
extern const struct kernel conv2d_backward_weights_cudnn;

extern const struct kernel conv2d_reference;
extern const struct kernel conv2d_backward_data_reference;
extern const struct kernel conv2d_backward_weights_reference;

#endif
