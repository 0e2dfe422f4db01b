/* gemm.c: the product of dense float32 matrices. */
#include "engine/backends/cpu/gemm.h"

#include <assert.h>

#if LRUN_HAVE_ONEDNN
#include <dnnl.h>

void gemm_run(const struct gemm *gemm)
{
    dnnl_status_t status =
        dnnl_sgemm(gemm->transpose_a ? 'T' : 'N', gemm->transpose_b ? 'T' : 'N', gemm->m, gemm->n, gemm->k, 1, gemm->a,
                   gemm->transpose_a ? gemm->m : gemm->k, gemm->b, gemm->transpose_b ? gemm->k : gemm->n,
                   gemm->accumulate ? 1 : 0, gemm->c, gemm->n);
    assert(status == dnnl_success && "dense matrices can be multiplied");
    (void)status;
}
#elif LRUN_HAVE_OPENBLAS
#include <cblas.h>

void gemm_run(const struct gemm *gemm)
{
    cblas_sgemm(CblasRowMajor, gemm->transpose_a ? CblasTrans : CblasNoTrans,
                gemm->transpose_b ? CblasTrans : CblasNoTrans, (blasint)gemm->m, (blasint)gemm->n, (blasint)gemm->k, 1,
                gemm->a, (blasint)(gemm->transpose_a ? gemm->m : gemm->k), gemm->b,
                (blasint)(gemm->transpose_b ? gemm->k : gemm->n), gemm->accumulate ? 1 : 0, gemm->c, (blasint)gemm->n);
}
#else
void gemm_run(const struct gemm *gemm)
{
    (void)gemm;
    assert(!"a build without a library has no kernel that multiplies matrices");
}
#endif
