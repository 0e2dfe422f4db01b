/* far_device.c: a device whose memory the host may not touch, for tests. */
#include "tests/unit/far_device.h"

#include <stdio.h>

#include "engine/backends/cpu/device.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/unit.h"

struct far_device far;

static void *far_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    return cpu_interface.allocate(device, bytes, what, error);
}

static void far_write(struct device *device, void *to, const void *from, size_t bytes)
{
    far.writes++;
    cpu_interface.write(device, to, from, bytes);
}

static void far_read(struct device *device, void *to, const void *from, size_t bytes)
{
    far.reads++;
    cpu_interface.read(device, to, from, bytes);
}

static void far_synchronize(struct device *device)
{
    (void)device;
    far.synchronizations++;
}

static void far_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    cpu_interface.copy(device, to, from, bytes);
}

static void far_release(struct device *device, void *memory)
{
    cpu_interface.release(device, memory);
}

static void far_enter(struct device *device, const char *what)
{
    (void)device;
    snprintf(far.entered, sizeof far.entered, "%s", what);
}

static void far_record_begin(struct device *device)
{
    (void)device;
}

static struct device_recording *far_record_end(struct device *device)
{
    far.recordings++;
    return far.refuses_to_record ? NULL : (struct device_recording *)device;
}

static void far_replay(struct device *device, const struct device_recording *recording)
{
    ck_assert_ptr_eq((const void *)recording, (const void *)device);
    far.replays++;
}

static void far_recording_destroy(struct device *device, struct device_recording *recording)
{
    ck_assert_ptr_eq((void *)recording, (void *)device);
    far.recordings--;
}

struct device *far_device_create(bool records)
{
    static struct device_interface interface;
    interface = (struct device_interface){
        .allocate = far_allocate,
        .release = far_release,
        .write = far_write,
        .read = far_read,
        .copy = far_copy,
        .synchronize = far_synchronize,
        .enter = far_enter,
        .arrays = &array_functions_cpu,
    };
    if (records) {
        interface.record_begin = far_record_begin;
        interface.record_end = far_record_end;
        interface.replay = far_replay;
        interface.recording_destroy = far_recording_destroy;
    }
    far = (struct far_device){.device = {.interface = &interface, .name = "far"}};
    return &far.device;
}
