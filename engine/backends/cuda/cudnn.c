/* cudnn.c: NVIDIA's libraries of kernels. */
#include "engine/backends/cuda/cudnn.h"

struct cudnn_functions cudnn;
struct cublaslt_functions cublaslt;

static struct library cudnn_library = {
    .name = "cuDNN",
    .files = {"libcudnn.so.9", "/usr/local/cuda/lib64/libcudnn.so.9"},
    .package = "libcudnn9-cuda-13",
    .functions = LIBRARY_NAMES(CUDNN_FUNCTIONS),
    .table = &cudnn,
};

static struct library cublaslt_library = {
    .name = "cuBLASLt",
    .files = {"libcublasLt.so.13", "/usr/local/cuda/lib64/libcublasLt.so.13"},
    .package = "libcublas-13-0",
    .functions = LIBRARY_NAMES(CUBLASLT_FUNCTIONS),
    .table = &cublaslt,
};

bool cudnn_open(struct error *error)
{
    return library_open(&cudnn_library, error);
}

bool cublaslt_open(struct error *error)
{
    return library_open(&cublaslt_library, error);
}
