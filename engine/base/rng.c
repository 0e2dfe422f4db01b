/* rng.c: randomness as a pure function: Philox4x32-10. */
#include "engine/base/rng.h"

#include <assert.h>

#include "engine/base/clones.h"
#include "engine/base/normal.h"
#include "engine/base/philox.h"

void rng_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t result[4])
{
    philox_block(counter, key, result);
}

struct rng rng_make(uint64_t seed, enum rng_purpose purpose, uint64_t round, uint64_t index)
{
    assert(round >> 40 == 0 && index >> 40 == 0);
    struct rng rng = {.used = PHILOX_DRAWS};
    philox_stream(seed, purpose, round, index, rng.key, rng.counter);
    return rng;
}

uint32_t rng_uint32(struct rng *rng)
{
    if (rng->used == PHILOX_DRAWS) {
        rng_philox4x32_10(rng->counter, rng->key, rng->block);
        rng->counter[0]++;
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

HOT_LOOP static void fill_blocks(const struct rng *stream, uint32_t first, size_t count, uint32_t *restrict draws)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t counter[4] = {first + (uint32_t)i, stream->counter[1], stream->counter[2], stream->counter[3]};
        philox_block(counter, stream->key, draws + 4 * i);
    }
}

void rng_draw_blocks(const struct rng *stream, uint64_t first, size_t count, uint32_t *draws)
{
    assert(stream->used == 4 && "blocks are counted from where one begins");
    fill_blocks(stream, stream->counter[0] + (uint32_t)first, count, draws);
}

float rng_uniform(struct rng *rng)
{
    return philox_uniform(rng_uint32(rng));
}

double rng_range(struct rng *rng, double low, double high)
{
    return low + (high - low) * (double)rng_uniform(rng);
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
    assert(bound > 0);
    uint64_t product = (uint64_t)rng_uint32(rng) * bound;
    if ((uint32_t)product < bound) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold)
            product = (uint64_t)rng_uint32(rng) * bound;
    }
    return (uint32_t)(product >> 32);
}

double rng_normal(struct rng *rng)
{
    uint32_t radius = rng_uint32(rng), angle = rng_uint32(rng);
    return normal_from_bits(radius, angle);
}

void rng_permutation(struct rng *rng, uint32_t *order, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = rng_below(rng, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}
