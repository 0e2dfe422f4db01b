/* checksum.c: XXH64. */
#include "engine/base/checksum.h"

#include <string.h>

#define LANES 4
#define STRIPE (LANES * sizeof(uint64_t))
#define PRIME_1 UINT64_C(0x9E3779B185EBCA87)
#define PRIME_2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define PRIME_3 UINT64_C(0x165667B19E3779F9)
#define PRIME_4 UINT64_C(0x85EBCA77C2B2AE63)
#define PRIME_5 UINT64_C(0x27D4EB2F165667C5)

static uint64_t rotate(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static uint64_t read_64(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint64_t read_32(const unsigned char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint64_t lane_add(uint64_t lane, uint64_t value)
{
    return rotate(lane + value * PRIME_2, 31) * PRIME_1;
}

/* Four lanes that do not wait for each other; what is left of the bytes is not in it. */
static uint64_t stripes_sum(const unsigned char *bytes, const unsigned char *end, uint64_t seed)
{
    uint64_t lanes[LANES] = {seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1};
    for (; end - bytes >= (ptrdiff_t)STRIPE; bytes += STRIPE)
        for (int i = 0; i < LANES; i++)
            lanes[i] = lane_add(lanes[i], read_64(bytes + sizeof(uint64_t) * (size_t)i));
    uint64_t sum = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
    for (int i = 0; i < LANES; i++)
        sum = (sum ^ lane_add(0, lanes[i])) * PRIME_1 + PRIME_4;
    return sum;
}

static uint64_t rest_add(uint64_t sum, const unsigned char *bytes, const unsigned char *end)
{
    for (; end - bytes >= 8; bytes += 8)
        sum = rotate(sum ^ lane_add(0, read_64(bytes)), 27) * PRIME_1 + PRIME_4;
    if (end - bytes >= 4) {
        sum = rotate(sum ^ read_32(bytes) * PRIME_1, 23) * PRIME_2 + PRIME_3;
        bytes += 4;
    }
    for (; bytes < end; bytes++)
        sum = rotate(sum ^ *bytes * PRIME_5, 11) * PRIME_1;
    return sum;
}

uint64_t checksum_bytes(const void *bytes, size_t size, uint64_t seed)
{
    const unsigned char *start = bytes, *end = start + size;
    uint64_t sum = size >= STRIPE ? stripes_sum(start, end, seed) : seed + PRIME_5;
    sum = rest_add(sum + size, start + size / STRIPE * STRIPE, end);
    sum = (sum ^ sum >> 33) * PRIME_2;
    sum = (sum ^ sum >> 29) * PRIME_3;
    return sum ^ sum >> 32;
}
