/* philox.h: the draws of rng.h as formulas: which words a stream counts with, a block of draws, a draw as a number. */
#ifndef LRUN_ENGINE_BASE_PHILOX_H
#define LRUN_ENGINE_BASE_PHILOX_H

#include <stdint.h>

#include "engine/base/formula.h"

/** Draws of a block: what one value of counter[0] gives. */
#define PHILOX_DRAWS 4

/** One block of Philox4x32-10. */
FORMULA void philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t result[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = (uint64_t)0xD2511F53u * c0;
        uint64_t product1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t next0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
        uint32_t next2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)product1;
        c3 = (uint32_t)product0;
        c0 = next0;
        c2 = next2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    result[0] = c0;
    result[1] = c1;
    result[2] = c2;
    result[3] = c3;
}

/** Key and first counter of a stream (rng_make): draws | round, low | index, low | purpose (16), round, high (8), index, high (8). */
FORMULA void philox_stream(uint64_t seed, uint32_t purpose, uint64_t round, uint64_t index, uint32_t key[2],
                           uint32_t counter[4])
{
    key[0] = (uint32_t)seed;
    key[1] = (uint32_t)(seed >> 32);
    counter[0] = 0;
    counter[1] = (uint32_t)round;
    counter[2] = (uint32_t)index;
    counter[3] = purpose << 16 | (uint32_t)(round >> 32) << 8 | (uint32_t)(index >> 32);
}

/** Uniform in [0, 1), a multiple of 2^-24. */
FORMULA float philox_uniform(uint32_t draw)
{
    return (float)(draw >> 8) * 0x1p-24F;
}

#endif
