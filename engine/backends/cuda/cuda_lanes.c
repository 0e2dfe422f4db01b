/* cuda_lanes.c: uploads to a GPU beside what it computes, and fences between the two. */
#include "engine/backends/cuda/cuda_lanes.h"

#include <cuda_runtime_api.h>
#include <string.h>

#include "engine/backends/cuda/cuda_device.h"
#include "engine/base/memory.h"

struct device_fence {
    cudaEvent_t event;
};

static cudaStream_t stream_of(struct device *device, enum lane lane)
{
    return lane == LANE_UPLOAD ? cuda_device_upload_stream(device) : cuda_device_stream(device);
}

void *cuda_host_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    void *memory = NULL;
    cudaError_t code = cudaHostAlloc(&memory, bytes > 0 ? bytes : 1, cudaHostAllocDefault);
    (void)device;
    if (code == cudaSuccess)
        return memset(memory, 0, bytes);
    (void)cudaGetLastError();
    error_set(error, ERROR_MEMORY, "wanted %.0f MiB of page-locked memory for %s, found less: %s",
              (double)bytes / (1 << 20), what, cudaGetErrorString(code));
    error_hint(error, "take a smaller data.batch_size or data.prefetch_factor");
    return NULL;
}

void cuda_host_release(struct device *device, void *memory)
{
    cuda_device_called(device, cudaFreeHost(memory));
}

void cuda_upload(struct device *device, void *to, const void *from, size_t bytes)
{
    cuda_device_called(device,
                       cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_of(device, LANE_UPLOAD)));
}

/* A host that waits for it sleeps: the loader's workers need the processor. */
struct device_fence *cuda_fence_create(struct device *device)
{
    struct device_fence *fence = memory_allocate(1, sizeof *fence);
    cuda_device_select(device);
    cuda_device_called(device, cudaEventCreateWithFlags(&fence->event, cudaEventDisableTiming | cudaEventBlockingSync));
    return fence;
}

void cuda_fence_destroy(struct device *device, struct device_fence *fence)
{
    cuda_device_called(device, cudaEventDestroy(fence->event));
    memory_free(fence);
}

void cuda_fence_set(struct device *device, struct device_fence *fence, enum lane lane)
{
    cuda_device_called(device, cudaEventRecord(fence->event, stream_of(device, lane)));
}

void cuda_fence_await(struct device *device, struct device_fence *fence, enum lane lane)
{
    cuda_device_called(device, cudaStreamWaitEvent(stream_of(device, lane), fence->event, 0));
}

void cuda_fence_wait(struct device *device, struct device_fence *fence)
{
    cuda_device_called(device, cudaEventSynchronize(fence->event));
}
