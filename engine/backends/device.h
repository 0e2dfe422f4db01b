/*
 * device.h: what computes and whose memory the arrays lie in: the processor, or a GPU.
 *
 * The processor's device is always there, and its memory is the program's own: nothing is copied. Another backend fills in a
 * struct device_interface (engine/backends/NAME/), marks its kernels with its enum backend (engine/graph/op.h), and has a
 * struct array_functions (engine/ops/arrays/arrays.h); no other code asks which device it has.
 *
 *     struct device *device = device_open(BACKEND_CUDA, 0, error);
 *     float *weights = device_allocate(device, bytes, "parameters", error);
 *     device_write(device, weights, values, bytes);
 *     ...                                            // kernels are handed to the device, in order, and run when it comes to them
 *     device_read(device, values, weights, bytes);   // waits
 *     if (!device_check(device, error)) ...
 *
 * What is handed to a device is done in that order, and nothing but reading and synchronizing waits for it. Such calls do not
 * fail where they stand: the device keeps its first failure, which device_check tells. One thread at a time uses a device.
 *
 * Only uploads go beside, in a lane of their own; fences say what comes before what:
 *
 *     device_fence_await(device, was_read, LANE_UPLOAD);      // the memory may be overwritten
 *     device_upload(device, there, here, bytes);
 *     device_fence_set(device, arrived, LANE_UPLOAD);
 *     ...
 *     device_fence_await(device, arrived, LANE_COMPUTE);      // what is handed over from now on finds it
 *     device_copy(device, input, there, bytes);
 *     device_fence_set(device, was_read, LANE_COMPUTE);
 *     ...
 *     device_fence_wait(device, arrived);                     // the host may change what lies here
 */
#ifndef LRUN_ENGINE_BACKENDS_DEVICE_H
#define LRUN_ENGINE_BACKENDS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

/** Most that one run computes on. */
#define DEVICES_MAX 16

/** Who has devices and kernels. */
enum backend {
    BACKEND_CPU, /* the processor; zero, so that a kernel that says nothing is the processor's */
    BACKEND_CUDA,
};

#define BACKEND_COUNT 2

struct device;
struct device_recording;
struct device_fence;
struct array_functions;

/** What is handed to a lane is done in order; lanes do not wait for each other but by fences. */
enum lane {
    LANE_COMPUTE, /* everything but uploads */
    LANE_UPLOAD,
};

/** What a failure is told of. Strings are lent. */
struct device_work {
    /** "backbone.conv1", "conv2d", "cuDNN engine 62"; or "a whole run", of which op and kernel are NULL. */
    const char *node, *op, *kernel;
};

/** What a backend does with its devices. */
struct device_interface {
    /** Its memory is the program's own: it may be read and written directly. */
    bool is_host;
    /** Zeroed memory, aligned to 64 or more. `what` names it in the error (ERROR_MEMORY). */
    void *(*allocate)(struct device *device, size_t bytes, const char *what, struct error *error);
    void (*release)(struct device *device, void *memory);
    /** From the host: `from` may be changed as soon as it returns. */
    void (*write)(struct device *device, void *to, const void *from, size_t bytes);
    /** To the host: waits for all that was handed over before. After a failure the bytes are zero. */
    void (*read)(struct device *device, void *to, const void *from, size_t bytes);
    /** Within the device. */
    void (*copy)(struct device *device, void *to, const void *from, size_t bytes);
    /** From another device of the backend, or this one, in this one's order; NULL: a backend with one device. */
    void (*copy_from)(struct device *device, void *to, struct device *other, const void *from, size_t bytes);
    /** NULL: what is handed over is done when the call returns. */
    void (*join)(struct device *const devices[], int count);
    /** Waits for all that was handed over, uploads that nothing awaits excepted. */
    void (*synchronize)(struct device *device);
    /** Zeroed memory of the host, aligned to 64 or more, which the device reads by itself. Both NULL: ordinary memory. */
    void *(*host_allocate)(struct device *device, size_t bytes, const char *what, struct error *error);
    void (*host_release)(struct device *device, void *memory);
    /**
     * From memory of host_allocate, in LANE_UPLOAD: neither end may be touched before a fence behind it was reached. NULL, and
     * with it the fences': there is one lane, and an upload is a write.
     */
    void (*upload)(struct device *device, void *to, const void *from, size_t bytes);
    /** A fence is a place behind what a lane was handed so far. */
    struct device_fence *(*fence_create)(struct device *device);
    void (*fence_destroy)(struct device *device, struct device_fence *fence);
    /** Moves it to here. */
    void (*fence_set)(struct device *device, struct device_fence *fence, enum lane lane);
    /** What the lane is handed from now on is done when the fence, where it is now, has been reached; one never set has. */
    void (*fence_await)(struct device *device, struct device_fence *fence, enum lane lane);
    /** The host waits until it has been reached. */
    void (*fence_wait)(struct device *device, struct device_fence *fence);
    /** False when something failed since it was opened. Does not wait. NULL: nothing can fail. */
    bool (*check)(struct device *device, struct error *error);
    /** What is handed over from now on is this: a failure names it. Lent until the next call; NULL: no node's. May be NULL. */
    void (*enter)(struct device *device, const struct device_work *work);
    /** Times what is handed over between the two, in nanoseconds; waits. Both NULL: by the host's clock. */
    void (*time_begin)(struct device *device);
    int64_t (*time_end)(struct device *device);
    /**
     * What is handed over between record_begin and record_end is not done, but kept: replay does it all at once, which costs the
     * host next to nothing. record_end returns NULL where it cannot be kept. All NULL: the backend does not record.
     */
    void (*record_begin)(struct device *device);
    struct device_recording *(*record_end)(struct device *device);
    void (*replay)(struct device *device, const struct device_recording *recording);
    void (*recording_destroy)(struct device *device, struct device_recording *recording);
    void (*close)(struct device *device);
    /** Sums, updates and checks of whole arrays. */
    const struct array_functions *arrays;
};

/** What a device is. Sizes in bytes. */
struct device_facts {
    char name[256];
    /** "compute capability 9.0, 132 multiprocessors". */
    char details[128];
    /** 90 is 9.0. */
    int capability;
    size_t memory;
    size_t free_memory;
};

/** The first member of every backend's own struct. */
struct device {
    enum backend backend;
    /** NULL: a device that is not there, for planning only. */
    const struct device_interface *interface;
    /** As its maker calls it: "NVIDIA H100 80GB HBM3"; "cpu". */
    const char *name;
    /** What it was when it was opened; NULL: the processor, and what is not there. */
    const struct device_facts *facts;
};

/** The processor. Never closed. */
struct device *device_cpu(void);

/** The device itself; the processor for NULL. */
struct device *device_or_cpu(struct device *device);

/** A device that is not there: programs can be planned for it (their memory is known), and nothing else. Never closed. */
struct device *device_planned(enum backend backend);

/** "cpu", "cuda". */
const char *backend_name(enum backend backend);

/** True when this build has the backend. */
bool backend_is_built(enum backend backend);

/** How many devices of a backend this machine has; when 0, `why` says why (ERROR_CONFIG). */
int device_count(enum backend backend, struct error *why);

/** Fails with ERROR_RUN when it does not work. For a backend that is not the processor. */
bool device_describe(enum backend backend, int index, struct device_facts *facts, struct error *error);

/** A part that a backend needs: its driver, a library. */
struct backend_part {
    const char *name;
    /** "9.13.0", "for CUDA 13.0"; "" when it is not there. */
    char version[40];
    /** Why it is not there, and what to do. */
    struct error missing;
};

#define BACKEND_PARTS_MAX 4

/** True when a backend's driver is on this machine; where there is none, nobody expects a device. Opens no large library. */
bool backend_has_driver(enum backend backend);

/** Looks for the parts of a backend that is not the processor. Returns how many it needs; 0 when it is not built. */
int backend_find_parts(enum backend backend, struct backend_part parts[BACKEND_PARTS_MAX]);

/** Opens the device of this number. Fails with ERROR_CONFIG when there is none, ERROR_RUN when it does not work. */
struct device *device_open(enum backend backend, int index, struct error *error);
/** Accepts NULL, and the devices that are never closed. */
void device_close(struct device **device);

/** Shorthands for the interface. */
bool device_is_host(const struct device *device);
void *device_allocate(struct device *device, size_t bytes, const char *what, struct error *error);
/** Accepts NULL. */
void device_release(struct device *device, void *memory);
void device_write(struct device *device, void *to, const void *from, size_t bytes);
void device_read(struct device *device, void *to, const void *from, size_t bytes);
void device_copy(struct device *device, void *to, const void *from, size_t bytes);
/** Copies from another device of the same backend, or from this one. Of the two only this one knows of it: device_join. */
void device_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes);
/** What any of these devices of one backend is handed from now on waits for all that all of them were handed before. */
void device_join(struct device *const devices[], int count);
void device_synchronize(struct device *device);
void *device_host_allocate(struct device *device, size_t bytes, const char *what, struct error *error);
/** Accepts NULL. */
void device_host_release(struct device *device, void *memory);
void device_upload(struct device *device, void *to, const void *from, size_t bytes);
/** NULL on a device of one lane, which the others accept, and then do nothing. */
struct device_fence *device_fence_create(struct device *device);
void device_fence_destroy(struct device *device, struct device_fence *fence);
void device_fence_set(struct device *device, struct device_fence *fence, enum lane lane);
void device_fence_await(struct device *device, struct device_fence *fence, enum lane lane);
void device_fence_wait(struct device *device, struct device_fence *fence);
bool device_check(struct device *device, struct error *error);
/** As the interface's; nothing on a device that is not there. */
void device_enter(struct device *device, const struct device_work *work);

/** How long what is handed over between the two takes, in nanoseconds; waits. The end is told what the beginning returned. */
int64_t device_time_begin(struct device *device);
int64_t device_time_end(struct device *device, int64_t begin);

/** For backends: sets what failed of a device ("CUDA", what it said) at or before `work` (NULL: before any). Returns false. */
bool device_set_failure(const struct device *device, const struct device_work *work, const char *library,
                        const char *reason, struct error *error);

#endif
