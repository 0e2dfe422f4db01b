/* cudnn.c: NVIDIA's libraries of kernels. */
#include "engine/backends/cuda/cudnn.h"

#include "engine/backends/cuda/cuda_device.h"

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

static bool is_cudnn_memory(cudnnStatus_t status)
{
    return status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED;
}

/* A GPU may be newer than the library, or too old for it. */
static void fail_cudnn(const struct device *device, cudnnStatus_t status, struct error *error)
{
    size_t version = cudnn.GetVersion();
    error_set(error, ERROR_CONFIG, "cuDNN %zu.%zu.%zu does not work on '%s': %s", version / 10000,
              version % 10000 / 100, version % 100, device->name, cudnn.GetErrorString(status));
    error_hint(error, "another version may, or accelerator: cpu; 'lrun doctor' shows what there is");
}

cudnnHandle_t cudnn_handle(struct device *device, struct error *error)
{
    struct cuda_handles *handles = cuda_device_handles(device);
    if (handles->cudnn != NULL)
        return handles->cudnn;
    if (!cudnn_open(error))
        return NULL;
    cudnnHandle_t handle = NULL;
    cudnnStatus_t status = cudnn.Create(&handle);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnn.SetStream(handle, cuda_device_stream(device));
    if (status == CUDNN_STATUS_SUCCESS)
        return handles->cudnn = handle;
    if (handle != NULL)
        (void)cudnn.Destroy(handle);
    if (is_cudnn_memory(status))
        cuda_device_no_memory(device, 0, "cuDNN", error);
    else
        fail_cudnn(device, status, error);
    return NULL;
}

cublasLtHandle_t cublaslt_handle(struct device *device, struct error *error)
{
    struct cuda_handles *handles = cuda_device_handles(device);
    if (handles->cublaslt != NULL)
        return handles->cublaslt;
    if (!cublaslt_open(error))
        return NULL;
    cublasLtHandle_t handle = NULL;
    cublasStatus_t status = cublaslt.Create(&handle);
    if (status == CUBLAS_STATUS_SUCCESS)
        return handles->cublaslt = handle;
    if (status == CUBLAS_STATUS_ALLOC_FAILED)
        cuda_device_no_memory(device, 0, "cuBLASLt", error);
    else
        error_set(error, ERROR_CONFIG, "cuBLASLt does not work on '%s': %s", device->name,
                  cublaslt.GetStatusString(status));
    return NULL;
}

void cudnn_note(struct device *device, cudnnStatus_t status)
{
    if (is_cudnn_memory(status))
        cuda_device_fail_memory(device, "cuDNN");
    else if (status != CUDNN_STATUS_SUCCESS)
        cuda_device_fail(device, "cuDNN", cudnn.GetErrorString(status));
}

void cublaslt_note(struct device *device, cublasStatus_t status)
{
    if (status == CUBLAS_STATUS_ALLOC_FAILED)
        cuda_device_fail_memory(device, "cuBLASLt");
    else if (status != CUBLAS_STATUS_SUCCESS)
        cuda_device_fail(device, "cuBLASLt", cublaslt.GetStatusString(status));
}
