/* far_device.c: a device for tests whose memory the host may not touch. */
#include "tests/unit/far_device.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "engine/backends/cpu/device.h"
#include "engine/ops/arrays/arrays.h"

struct far_device far;

static void *far_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    if (far.limit > 0 && far.used + bytes > far.limit) {
        memory_account_fail(
            &far.account, &(struct memory_shortage){device->name, bytes, what, far.limit - far.used, far.limit}, error);
        return NULL;
    }
    void *memory = cpu_interface.allocate(device, bytes, what, error);
    if (far.limit > 0) {
        far.used += bytes;
        memory_account_add(&far.account, memory, bytes, what);
    }
    return memory;
}

static void far_release(struct device *device, void *memory)
{
    if (far.limit > 0)
        memory_account_remove(&far.account, memory);
    cpu_interface.release(device, memory);
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

static void far_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes)
{
    cpu_interface.copy_from(device, to, other, from, bytes);
}

static bool far_check(struct device *device, struct error *error)
{
    (void)device;
    if (error_is_set(&far.failure))
        *error = far.failure;
    return !error_is_set(&far.failure);
}

static void far_enter(struct device *device, const struct device_work *work)
{
    if (work == NULL)
        return;
    snprintf(far.entered, sizeof far.entered, "%s", work->node);
    if (far.failing != NULL && strcmp(work->node, far.failing_node) == 0 && !error_is_set(&far.failure))
        device_set_failure(device, work, "FAR", far.failing, &far.failure);
}

static void far_time_begin(struct device *device)
{
    (void)device;
    far.begun = far.now;
}

static int64_t far_time_end(struct device *device)
{
    (void)device;
    return far.now - far.begun;
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
        .copy_from = far_copy_from,
        .synchronize = far_synchronize,
        .check = far_check,
        .enter = far_enter,
        .time_begin = far_time_begin,
        .time_end = far_time_end,
        .arrays = &array_functions_cpu,
    };
    if (records) {
        interface.record_begin = far_record_begin;
        interface.record_end = far_record_end;
        interface.replay = far_replay;
        interface.recording_destroy = far_recording_destroy;
    }
    memory_account_finish(&far.account);
    far = (struct far_device){
        .device = {.interface = &interface, .name = "Far 100", .facts = &far.facts},
        .facts = {.name = "Far 100", .details = "compute capability 9.0, 1 multiprocessor", .capability = 90},
    };
    return &far.device;
}
