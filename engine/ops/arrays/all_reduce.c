/* all_reduce.c: flat arrays of several devices become their sum. */
#include "engine/ops/arrays/all_reduce.h"

#include <assert.h>

#include "engine/ops/arrays/arrays.h"

/* Shares begin at whole lines of memory, whatever the type. */
#define SHARE_MULTIPLE 64

struct span {
    int64_t begin, count;
};

static int64_t share_length(int64_t count, int part_count)
{
    int64_t length = (count + part_count - 1) / part_count;
    return (length + SHARE_MULTIPLE - 1) / SHARE_MULTIPLE * SHARE_MULTIPLE;
}

static struct span share_at(int64_t count, int part_count, int index)
{
    int64_t length = share_length(count, part_count), begin = length * index, end = begin + length;
    begin = begin < count ? begin : count;
    end = end < count ? end : count;
    return (struct span){begin, end - begin};
}

static struct numbers numbers_at(struct numbers numbers, int64_t index)
{
    return (struct numbers){(char *)numbers.data + (size_t)index * dtype_size(numbers.dtype), numbers.dtype};
}

/* Two shares: the sum, and another device's, while it is added. */
size_t all_reduce_room_bytes(int64_t count, int part_count, enum dtype dtype)
{
    return 2 * (size_t)share_length(count, part_count) * dtype_size(dtype);
}

/* The owner adds up its share of all arrays. */
static void sum_share(const struct all_reduce_part parts[], int part_count, int64_t count, int owner)
{
    struct device *device = parts[owner].device;
    struct span share = share_at(count, part_count, owner);
    size_t bytes = (size_t)share.count * dtype_size(parts[owner].values.dtype);
    struct numbers sum = {parts[owner].room, parts[owner].values.dtype};
    struct numbers other = numbers_at(sum, share_length(count, part_count));
    for (int i = 0; i < part_count; i++) {
        struct numbers from = numbers_at(parts[i].values, share.begin);
        if (i > 0 && i == owner) {
            arrays_add(device, sum, from, share.count);
            continue;
        }
        device_copy_from(device, i == 0 ? sum.data : other.data, parts[i].device, from.data, bytes);
        if (i > 0)
            arrays_add(device, sum, other, share.count);
    }
    device_copy(device, numbers_at(parts[owner].values, share.begin).data, sum.data, bytes);
}

/* Takes the other devices' sums. */
static void take_sums(const struct all_reduce_part parts[], int part_count, int64_t count, int taker)
{
    for (int owner = 0; owner < part_count; owner++) {
        struct span share = share_at(count, part_count, owner);
        if (owner != taker && share.count > 0)
            device_copy_from(parts[taker].device, numbers_at(parts[taker].values, share.begin).data,
                             parts[owner].device, parts[owner].room,
                             (size_t)share.count * dtype_size(parts[owner].values.dtype));
    }
}

/*
 * The first meeting makes the arrays complete, and the room free that others still took from; the second makes the sums complete,
 * and the arrays free to be written into.
 */
void all_reduce(const struct all_reduce_part parts[], int part_count, int64_t count)
{
    struct device *devices[DEVICES_MAX] = {NULL};
    assert(part_count >= 1 && part_count <= DEVICES_MAX);
    for (int i = 0; i < part_count; i++)
        devices[i] = parts[i].device;
    device_join(devices, part_count);
    for (int i = 0; i < part_count; i++)
        if (share_at(count, part_count, i).count > 0)
            sum_share(parts, part_count, count, i);
    device_join(devices, part_count);
    for (int i = 0; i < part_count; i++)
        take_sums(parts, part_count, count, i);
}
