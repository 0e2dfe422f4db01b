/* gemm.h: the product of dense float32 matrices, by whichever library there is: oneDNN, else OpenBLAS. */
#ifndef LRUN_ENGINE_BACKENDS_CPU_GEMM_H
#define LRUN_ENGINE_BACKENDS_CPU_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "build_config.h"

/** True when there is a library; gemm_run must not be called without. */
#define LRUN_HAVE_GEMM (LRUN_HAVE_ONEDNN || LRUN_HAVE_OPENBLAS)

/** c [m, n] = a [m, k] * b [k, n], plus what c held if `accumulate`. All row-major and dense. */
struct gemm {
    const float *a;
    const float *b;
    float *c;
    int64_t m, n, k;
    /** The matrix is stored transposed: a as [k, m], b as [n, k]. */
    bool transpose_a;
    bool transpose_b;
    bool accumulate;
};

void gemm_run(const struct gemm *gemm);

#endif
