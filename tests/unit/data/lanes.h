/*
 * lanes.h: a pretend device for tests, which computes as the processor and whose memory the host may not touch. What it is handed it
 * does when it pleases: at once, by chance, or not before somebody waits; its two lanes wait for each other by fences alone.
 *
 *     struct device *device = lanes_create(PACE_LATE, 1);
 *     ...
 *     lanes_destroy(&device);      // everything was given back
 */
#ifndef LRUN_TESTS_UNIT_DATA_LANES_H
#define LRUN_TESTS_UNIT_DATA_LANES_H

#include <stdint.h>

#include "engine/backends/device.h"

enum pace {
    PACE_AT_ONCE,
    PACE_BY_CHANCE, /* a function of the seed */
    PACE_LATE,
    PACE_UPLOADS_FIRST, /* they at once, all else late */
    PACE_COUNT,
};

/** There is one at a time. Only the thread that makes it may use it. */
struct device *lanes_create(enum pace pace, uint64_t seed);
/** Fails the test when memory or a fence was not given back. */
void lanes_destroy(struct device **device);

/** How many uploads it was handed. */
int lanes_uploads(void);

#endif
