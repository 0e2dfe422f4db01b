/*
 * linear.h: the kernels of linear and of its two gradients.
 *
 * linear: inputs x [n, in], weight [out, in], bias [out] or none. linear_backward_data: inputs gradient of y, weight;
 * output gradient of x. linear_backward_weights: inputs x, gradient of y; outputs gradients of weight and, if asked, bias.
 */
#ifndef LRUN_ENGINE_OPS_LINEAR_LINEAR_H
#define LRUN_ENGINE_OPS_LINEAR_LINEAR_H

#include "engine/backends/cpu/gemm.h"
#include "engine/graph/op.h"

/** The attributes of linear_backward_weights: whether to compute the bias's gradient too, and the parameters' type. */
struct linear_backward_attributes {
    bool bias;
    enum dtype weight_dtype;
};

#if LRUN_HAVE_ONEDNN
extern const struct kernel linear_onednn;
extern const struct kernel linear_backward_data_onednn;
extern const struct kernel linear_backward_weights_onednn;
#endif

#if LRUN_HAVE_GEMM
extern const struct kernel linear_gemm;
extern const struct kernel linear_backward_data_gemm;
extern const struct kernel linear_backward_weights_gemm;
#endif

extern const struct kernel linear_cublaslt;
extern const struct kernel linear_backward_data_cublaslt;
extern const struct kernel linear_backward_weights_cublaslt;

extern const struct kernel linear_reference;
extern const struct kernel linear_backward_data_reference;
extern const struct kernel linear_backward_weights_reference;

#endif
