/*
 * all_reduce.h: flat arrays of several devices become their sum, on each of them. As torch.distributed.all_reduce.
 *
 *     struct all_reduce_part parts[] = {{first, gradients[0], room[0]}, {second, gradients[1], room[1]}};
 *     all_reduce(parts, 2, count);
 *
 * Each device adds up one share of the elements and hands the sums to the others, so that about twice the array goes into and out
 * of each, however many there are. An element is added up in the order of the devices: the bits depend on nothing else, and
 * are the same everywhere. Nothing waits on the host.
 */
#ifndef LRUN_ENGINE_OPS_ARRAYS_ALL_REDUCE_H
#define LRUN_ENGINE_OPS_ARRAYS_ALL_REDUCE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/tensor/numbers.h"

/** What one device takes part with. */
struct all_reduce_part {
    struct device *device;
    /** Its array; in the end, the sum. */
    struct numbers values;
    /** all_reduce_room_bytes of its memory; what is there does not matter. */
    void *room;
};

size_t all_reduce_room_bytes(int64_t count, int part_count, enum dtype dtype);

/** `count`: elements of each array. All devices are of one backend, and all arrays of one type. */
void all_reduce(const struct all_reduce_part parts[], int part_count, int64_t count);

#endif
