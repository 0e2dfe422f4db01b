/* device.c: the devices that there are, and shorthands for what they do. */
#include "engine/backends/device.h"

#include <assert.h>

#include "build_config.h"
#include "engine/backends/cpu/device.h"
#include "engine/base/memory.h"
#include "engine/base/trace.h"
#if LRUN_HAVE_CUDA
#include "engine/backends/cuda/cuda_device.h"
#endif

static const char *const backend_names[BACKEND_COUNT] = {[BACKEND_CPU] = "cpu", [BACKEND_CUDA] = "cuda"};

struct device *device_cpu(void)
{
    static struct device device = {BACKEND_CPU, &cpu_interface, "cpu", NULL};
    return &device;
}

struct device *device_or_cpu(struct device *device)
{
    return device != NULL ? device : device_cpu();
}

struct device *device_planned(enum backend backend)
{
    static struct device cuda = {BACKEND_CUDA, NULL, "cuda", NULL};
    return backend == BACKEND_CUDA ? &cuda : device_cpu();
}

const char *backend_name(enum backend backend)
{
    return backend_names[backend];
}

bool backend_is_built(enum backend backend)
{
    return backend == BACKEND_CPU || LRUN_HAVE_CUDA;
}

#if !LRUN_HAVE_CUDA
static int cuda_find_parts(struct backend_part parts[BACKEND_PARTS_MAX])
{
    (void)parts;
    return 0;
}

static bool cuda_has_driver(void)
{
    return false;
}

static bool fail_unbuilt(struct error *error)
{
    error_set(error, ERROR_CONFIG, "this build has no CUDA backend");
    return error_hint(error, "use accelerator: cpu, or build where nvcc and cuDNN's headers are");
}

static int cuda_device_count(struct error *why)
{
    return fail_unbuilt(why);
}

static bool cuda_device_describe(int index, struct device_facts *facts, struct error *error)
{
    (void)index;
    (void)facts;
    return fail_unbuilt(error);
}

static struct device *cuda_device_open(int index, struct error *error)
{
    (void)index;
    fail_unbuilt(error);
    return NULL;
}
#endif

int device_count(enum backend backend, struct error *why)
{
    return backend == BACKEND_CUDA ? cuda_device_count(why) : 1;
}

bool device_describe(enum backend backend, int index, struct device_facts *facts, struct error *error)
{
    assert(backend != BACKEND_CPU);
    return cuda_device_describe(index, facts, error);
}

bool backend_has_driver(enum backend backend)
{
    return backend == BACKEND_CPU || cuda_has_driver();
}

int backend_find_parts(enum backend backend, struct backend_part parts[BACKEND_PARTS_MAX])
{
    return backend == BACKEND_CUDA ? cuda_find_parts(parts) : 0;
}

struct device *device_open(enum backend backend, int index, struct error *error)
{
    return backend == BACKEND_CUDA ? cuda_device_open(index, error) : device_cpu();
}

void device_close(struct device **device)
{
    if (*device != NULL && (*device)->interface != NULL && (*device)->interface->close != NULL)
        (*device)->interface->close(*device);
    *device = NULL;
}

bool device_is_host(const struct device *device)
{
    return device->interface != NULL && device->interface->is_host;
}

void *device_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    return device->interface->allocate(device, bytes, what, error);
}

void device_release(struct device *device, void *memory)
{
    if (memory != NULL)
        device->interface->release(device, memory);
}

void device_write(struct device *device, void *to, const void *from, size_t bytes)
{
    device->interface->write(device, to, from, bytes);
}

void device_read(struct device *device, void *to, const void *from, size_t bytes)
{
    device->interface->read(device, to, from, bytes);
}

void device_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    device->interface->copy(device, to, from, bytes);
}

void device_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes)
{
    device->interface->copy_from(device, to, other, from, bytes);
}

void device_join(struct device *const devices[], int count)
{
    if (devices[0]->interface->join != NULL)
        devices[0]->interface->join(devices, count);
}

void device_synchronize(struct device *device)
{
    if (device->interface->synchronize != NULL)
        device->interface->synchronize(device);
}

void *device_host_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    const struct device_interface *interface = device->interface;
    return interface->host_allocate != NULL ? interface->host_allocate(device, bytes, what, error)
                                            : memory_allocate_large(bytes, what, error);
}

void device_host_release(struct device *device, void *memory)
{
    if (device->interface->host_release == NULL)
        memory_free_large(memory);
    else if (memory != NULL)
        device->interface->host_release(device, memory);
}

void device_upload(struct device *device, void *to, const void *from, size_t bytes)
{
    const struct device_interface *interface = device->interface;
    (interface->upload != NULL ? interface->upload : interface->write)(device, to, from, bytes);
}

struct device_fence *device_fence_create(struct device *device)
{
    return device->interface->fence_create != NULL ? device->interface->fence_create(device) : NULL;
}

void device_fence_destroy(struct device *device, struct device_fence *fence)
{
    if (fence != NULL)
        device->interface->fence_destroy(device, fence);
}

void device_fence_set(struct device *device, struct device_fence *fence, enum lane lane)
{
    if (fence != NULL)
        device->interface->fence_set(device, fence, lane);
}

void device_fence_await(struct device *device, struct device_fence *fence, enum lane lane)
{
    if (fence != NULL)
        device->interface->fence_await(device, fence, lane);
}

void device_fence_wait(struct device *device, struct device_fence *fence)
{
    if (fence != NULL)
        device->interface->fence_wait(device, fence);
}

bool device_check(struct device *device, struct error *error)
{
    return device->interface->check == NULL || device->interface->check(device, error);
}

void device_enter(struct device *device, const struct device_work *work)
{
    if (device->interface != NULL && device->interface->enter != NULL)
        device->interface->enter(device, work);
}

int64_t device_time_begin(struct device *device)
{
    if (device->interface->time_begin != NULL)
        device->interface->time_begin(device);
    else
        device_synchronize(device);
    return trace_now();
}

int64_t device_time_end(struct device *device, int64_t begin)
{
    if (device->interface->time_end != NULL)
        return device->interface->time_end(device);
    device_synchronize(device);
    return trace_now() - begin;
}

bool device_set_failure(const struct device *device, const struct device_work *work, const char *library,
                        const char *reason, struct error *error)
{
    if (work == NULL)
        return error_set(error, ERROR_RUN, "'%s' failed: %s: %s", device->name, library, reason);
    if (work->op != NULL)
        error_set(error, ERROR_RUN, "'%s' failed at or before '%s' (%s by %s): %s: %s", device->name, work->node,
                  work->op, work->kernel, library, reason);
    else
        error_set(error, ERROR_RUN, "'%s' failed at or before %s: %s: %s", device->name, work->node, library, reason);
    return error_hint(error, "trainer.detect_anomaly: true waits for every node, and so names the one at fault");
}
