/* sampler.c: the order in which an epoch takes the samples. */
#include "runner/data/sampler.h"

#include "engine/base/memory.h"
#include "engine/base/rng.h"

bool sampler_init(struct sampler *sampler, int64_t length, bool shuffle, uint64_t seed, struct error *error)
{
    *sampler = (struct sampler){.length = length, .seed = seed};
    if (!shuffle)
        return true;
    if (length > UINT32_MAX)
        return error_set(error, ERROR_DATA, "wanted at most %u samples to shuffle, found %lld", UINT32_MAX,
                         (long long)length);
    sampler->order = memory_allocate_large((size_t)length * sizeof *sampler->order, "the order of samples", error);
    return sampler->order != NULL;
}

void sampler_finish(struct sampler *sampler)
{
    memory_free_large(sampler->order);
    *sampler = (struct sampler){0};
}

void sampler_set_epoch(struct sampler *sampler, int64_t epoch)
{
    if (sampler->order == NULL)
        return;
    struct rng rng = rng_make(sampler->seed, RNG_SHUFFLE, (uint64_t)epoch, 0);
    rng_permutation(&rng, sampler->order, (uint32_t)sampler->length);
}

int64_t sampler_get(const struct sampler *sampler, int64_t position)
{
    position %= sampler->length;
    return sampler->order != NULL ? (int64_t)sampler->order[position] : position;
}
