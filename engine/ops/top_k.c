/*
 * top_k.c: which are the largest.
 *
 * The bits of floats that are not negative are ordered as the floats are, so that the k-th largest is found digit by digit:
 * four counts of 256 digits, each over those that agree with the digits found so far.
 */
#include "engine/ops/top_k.h"

#include <string.h>

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void count_digits(const float *values, int64_t count, uint32_t prefix, int shift, int64_t counts[256])
{
    memset(counts, 0, sizeof *counts * 256);
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits = bits_of(values[i]);
        if (((uint64_t)bits >> (shift + 8)) == ((uint64_t)prefix >> (shift + 8)))
            counts[bits >> shift & 0xff]++;
    }
}

struct top_k top_k_cut(const float *values, int64_t count, int64_t k)
{
    uint32_t prefix = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        int64_t counts[256];
        count_digits(values, count, prefix, shift, counts);
        uint32_t digit = 255;
        while (digit > 0 && counts[digit] < k)
            k -= counts[digit--];
        prefix |= digit << shift;
    }
    struct top_k cut = {.ties = k};
    memcpy(&cut.value, &prefix, sizeof prefix);
    return cut;
}

bool top_k_take(struct top_k *cut, float value)
{
    uint32_t bits = bits_of(value), limit = bits_of(cut->value);
    return bits > limit || (bits == limit && cut->ties-- > 0);
}
