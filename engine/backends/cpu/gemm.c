/* gemm.c: the product of dense float32 matrices. */
#include "engine/backends/cpu/gemm.h"

#include <assert.h>

#include "engine/base/library.h"

#if LRUN_HAVE_ONEDNN
#include "engine/backends/cpu/onednn.h"

static void multiply_by_onednn(const struct gemm *gemm)
{
    dnnl_status_t status =
        dnnl.sgemm(gemm->transpose_a ? 'T' : 'N', gemm->transpose_b ? 'T' : 'N', gemm->m, gemm->n, gemm->k, 1, gemm->a,
                   gemm->transpose_a ? gemm->m : gemm->k, gemm->b, gemm->transpose_b ? gemm->k : gemm->n,
                   gemm->accumulate ? 1 : 0, gemm->c, gemm->n);
    assert(status == dnnl_success && "dense matrices can be multiplied");
    (void)status;
}
#endif

#if LRUN_HAVE_OPENBLAS
#include <cblas.h>

#define BLAS_FUNCTIONS(function) function(cblas_, sgemm)

static struct {
    BLAS_FUNCTIONS(LIBRARY_POINTER)
} blas;

static struct library openblas = {
    .name = "OpenBLAS",
    .files = {"libopenblas.so.0"},
    .package = "libopenblas0-openmp",
    .functions = LIBRARY_NAMES(BLAS_FUNCTIONS),
    .table = &blas,
};

static void multiply_by_openblas(const struct gemm *gemm)
{
    blas.sgemm(CblasRowMajor, gemm->transpose_a ? CblasTrans : CblasNoTrans,
               gemm->transpose_b ? CblasTrans : CblasNoTrans, (blasint)gemm->m, (blasint)gemm->n, (blasint)gemm->k, 1,
               gemm->a, (blasint)(gemm->transpose_a ? gemm->m : gemm->k), gemm->b,
               (blasint)(gemm->transpose_b ? gemm->k : gemm->n), gemm->accumulate ? 1 : 0, gemm->c, (blasint)gemm->n);
}
#endif

/* How to multiply on this machine; NULL: with no library. */
static void (*find_multiply(void))(const struct gemm *gemm)
{
#if LRUN_HAVE_ONEDNN
    if (onednn_is_available())
        return multiply_by_onednn;
#endif
#if LRUN_HAVE_OPENBLAS
    if (library_is_there(&openblas))
        return multiply_by_openblas;
#endif
    return NULL;
}

bool gemm_open_best(struct error *error)
{
#if LRUN_HAVE_ONEDNN
    return onednn_open(error);
#elif LRUN_HAVE_OPENBLAS
    return library_open(&openblas, error);
#else
    (void)error;
    return true;
#endif
}

/* Kept, as to find it takes a lock, and runs take none. */
static void (*_Atomic found)(const struct gemm *gemm);

bool gemm_is_available(void)
{
    found = find_multiply();
    return found != NULL;
}

void gemm_run(const struct gemm *gemm)
{
    void (*multiply)(const struct gemm *) = found;
    assert(multiply != NULL && "no kernel multiplies matrices where no library can");
    multiply(gemm);
}
