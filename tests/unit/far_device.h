/* far_device.h: a device that computes as the processor, whose memory the host may not touch, and that writes down what it is told. */
#ifndef LRUN_TESTS_UNIT_FAR_DEVICE_H
#define LRUN_TESTS_UNIT_FAR_DEVICE_H

#include "engine/backends/device.h"

extern struct far_device {
    struct device device;
    /** The host waits when it reads and when it synchronizes. */
    int writes, reads, synchronizations;
    int recordings, replays;
    bool refuses_to_record;
    char entered[64];
} far;

/** There is one; making it anew forgets what it was told. */
struct device *far_device_create(bool records);

#endif
