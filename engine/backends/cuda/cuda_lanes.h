/* cuda_lanes.h: uploads to a GPU beside what it computes, and fences between the two: its part of struct device_interface. */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CUDA_LANES_H
#define LRUN_ENGINE_BACKENDS_CUDA_CUDA_LANES_H

#include "engine/backends/device.h"

void *cuda_host_allocate(struct device *device, size_t bytes, const char *what, struct error *error);
void cuda_host_release(struct device *device, void *memory);
void cuda_upload(struct device *device, void *to, const void *from, size_t bytes);
struct device_fence *cuda_fence_create(struct device *device);
void cuda_fence_destroy(struct device *device, struct device_fence *fence);
void cuda_fence_set(struct device *device, struct device_fence *fence, enum lane lane);
void cuda_fence_await(struct device *device, struct device_fence *fence, enum lane lane);
void cuda_fence_wait(struct device *device, struct device_fence *fence);

#endif
