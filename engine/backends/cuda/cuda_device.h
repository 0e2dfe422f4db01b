/*
 * cuda_device.h: an NVIDIA GPU as a device, through CUDA's runtime, which is part of the program; the driver is found when it is
 * asked for, so that the program starts on every machine.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CUDA_DEVICE_H
#define LRUN_ENGINE_BACKENDS_CUDA_CUDA_DEVICE_H

#include <stdint.h>

#include "engine/backends/cuda/cuda_peers.h"
#include "engine/backends/device.h"

/** CUDA's part of device_count, device_describe, backend_has_driver, backend_find_parts and device_open. */
int cuda_device_count(struct error *why);
bool cuda_device_describe(int index, struct device_facts *facts, struct error *error);
bool cuda_has_driver(void);
int cuda_find_parts(struct backend_part parts[BACKEND_PARTS_MAX]);
struct device *cuda_device_open(int index, struct error *error);

/** Its number among the machine's. */
int cuda_device_index(const struct device *device);

/** What it knows of others (cuda_peers.h). */
struct cuda_peers *cuda_device_peers(struct device *device);

/** CUDA's calls of this thread are for this device from now on. The other functions here that take a device see to it as well. */
void cuda_device_select(struct device *device);

/** Its stream, a cudaStream_t: what is launched there is done in order. */
void *cuda_device_stream(struct device *device);

/** The stream of its uploads. */
void *cuda_device_upload_stream(struct device *device);

/** Memory of the device for intermediate results of functions that are no nodes; of CUDA_SCRATCH_BYTES. */
void *cuda_device_scratch(struct device *device);
#define CUDA_SCRATCH_BYTES ((size_t)1 << 20)

/** The libraries' handles of a device; NULL until they are used (cudnn.h). */
struct cuda_handles {
    void *cudnn;
    void *cublaslt;
};

struct cuda_handles *cuda_device_handles(struct device *device);

/** What a call of the runtime returned, a cudaError_t: true when it was well; else the device keeps the failure. */
bool cuda_device_called(struct device *device, int code);

/** Behind every launch: notes whether it could be handed over. */
void cuda_device_launched(struct device *device);

/** Keeps a failure of a library ("cuDNN", what it said), unless there is one already. */
void cuda_device_fail(struct device *device, const char *library, const char *reason);

/** The same where the device has no memory left for what a library wanted. */
void cuda_device_fail_memory(struct device *device, const char *library);

/** Sets ERROR_MEMORY: `bytes` (0: nobody knows how many) for `what` are not to be had. Returns false. */
bool cuda_device_no_memory(struct device *device, size_t bytes, const char *what, struct error *error);

#endif
