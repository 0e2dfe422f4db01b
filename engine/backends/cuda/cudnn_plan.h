/*
 * cudnn_plan.h: a convolution, or one of its gradients, by cuDNN's graph interface: described once, prepared once, run often.
 *
 *     struct cudnn_convolution wanted = {CUDNN_FORWARD, .x = {DTYPE_BF16, {n, c, h, w}}, ...};
 *     struct cudnn_plan *plan = cudnn_plan_create(device, &wanted, error);
 *     cudnn_plan_run(device, plan, x, weight, y, scratch);               // of cudnn_plan_scratch(plan) bytes
 *
 * All three arrays lie channels last: weights [k, kh, kw, c]. Sums are float32. The algorithm is the first that the library's
 * fixed rules name which gives the same bits in every run, does not round float32 on the way in unless it may, and is content
 * with CUDA_WORKSPACE_MAX: same GPU, same version, same algorithm. A record can name another.
 * docs.nvidia.com/deeplearning/cudnn: the backend's descriptors.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CUDNN_PLAN_H
#define LRUN_ENGINE_BACKENDS_CUDA_CUDNN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/tensor/dtype.h"

/** What is computed from the other two: y, the gradient of x, or that of the weight. */
enum cudnn_direction { CUDNN_FORWARD, CUDNN_BACKWARD_DATA, CUDNN_BACKWARD_WEIGHTS };

/** float32, bfloat16 or float16; sizes in the order n, c, h, w whatever lies next to what. */
struct cudnn_tensor {
    enum dtype dtype;
    int64_t size[4];
};

struct cudnn_convolution {
    enum cudnn_direction direction;
    /** The weight has the channels of one group; their ratio to x's is the number of groups. */
    struct cudnn_tensor x, weight, y;
    /** Down and to the right. */
    int64_t stride[2], padding[2], dilation[2];
    /** float32 may be rounded to TF32 on the way in. */
    bool tf32;
    /** The algorithm, as cudnn_plan_name says it, if the library has it; NULL: its first. */
    const char *algorithm;
    /** Algorithms that do not give the same bits in every run are allowed. */
    bool may_vary;
};

struct cudnn_plan;

/** NULL when the library has no such algorithm or does not work (ERROR_CONFIG), is not there, or has no memory (see cudnn.h). */
struct cudnn_plan *cudnn_plan_create(struct device *device, const struct cudnn_convolution *wanted,
                                     struct error *error);
/** Prepares the next algorithm that is allowed; false when there is none left: the plan then has none and cannot run. */
bool cudnn_plan_next(struct cudnn_plan *plan);

/** Accepts NULL. */
void cudnn_plan_destroy(struct cudnn_plan **plan);

size_t cudnn_plan_scratch(const struct cudnn_plan *plan);

/** The algorithm and its knobs, by the library's numbers: "cuDNN engine 37 k2=19 k5=1". Lent. */
const char *cudnn_plan_name(const struct cudnn_plan *plan);

/** Hands it to the device. Allocates nothing while the arrays are those of the run before. */
void cudnn_plan_run(struct device *device, struct cudnn_plan *plan, const void *x, const void *weight, const void *y,
                    void *scratch);

#endif
