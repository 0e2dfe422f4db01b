/* gemm.h: the product of dense float32 matrices, by whichever library there is: oneDNN, else OpenBLAS. */
#ifndef LRUN_ENGINE_BACKENDS_CPU_GEMM_H
#define LRUN_ENGINE_BACKENDS_CPU_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "build_config.h"
#include "engine/base/error.h"

/** True when the build knows a library. */
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

/**
 * Opens the best library that the build knows. Fails with ERROR_RUN when this machine lacks it: operations are then computed by
 * the next best, or by plain loops. A build without a library does not fail.
 */
bool gemm_open_best(struct error *error);

/** True when one is on this machine; must have been asked, and said so, before gemm_run is called. */
bool gemm_is_available(void);
void gemm_run(const struct gemm *gemm);

#endif
