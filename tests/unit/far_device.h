/*
 * far_device.h: a device for tests whose memory the host may not touch. It computes as the processor, writes down what it is told,
 * and runs out of memory or fails when it is asked to.
 */
#ifndef LRUN_TESTS_UNIT_FAR_DEVICE_H
#define LRUN_TESTS_UNIT_FAR_DEVICE_H

#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/backends/memory_account.h"

struct far_device {
    struct device device;
    struct device_facts facts;
    /** The host waits when it reads and when it synchronizes. */
    int writes, reads, synchronizations;
    int recordings, replays;
    bool refuses_to_record;
    /** The node that was entered last. */
    char entered[64];
    /** Bytes that it has; 0: as many as anybody wants. And what is held of them. */
    size_t limit, used;
    struct memory_account account;
    /** What it says that fails; NULL: nothing does. Told of the node of this name. */
    const char *failing, *failing_node;
    struct error failure;
    /** Nanoseconds by its own clock, which kernels of tests advance. */
    int64_t now, begun;
};

extern struct far_device far;

/** There is one; making it anew forgets what it was told. Never closed. */
struct device *far_device_create(bool records);

#endif
