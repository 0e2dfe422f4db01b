/* device.c: the processor as a device. */
#include "engine/backends/cpu/device.h"

#include <string.h>

#include "engine/base/memory.h"
#include "engine/ops/arrays/arrays.h"

static void *cpu_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    (void)device;
    return memory_allocate_large(bytes, what, error);
}

static void cpu_release(struct device *device, void *memory)
{
    (void)device;
    memory_free_large(memory);
}

static void cpu_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    (void)device;
    if (bytes > 0)
        memcpy(to, from, bytes);
}

static void cpu_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes)
{
    (void)other;
    cpu_copy(device, to, from, bytes);
}

const struct device_interface cpu_interface = {
    .is_host = true,
    .allocate = cpu_allocate,
    .release = cpu_release,
    .write = cpu_copy,
    .read = cpu_copy,
    .copy = cpu_copy,
    .copy_from = cpu_copy_from,
    .arrays = &array_functions_cpu,
};
