/*
 * sampler.h: the order in which an epoch takes the samples: theirs, or a permutation that is a function of seed and epoch.
 * As torch.utils.data.SequentialSampler and RandomSampler.
 */
#ifndef LRUN_RUNNER_DATA_SAMPLER_H
#define LRUN_RUNNER_DATA_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"

struct sampler {
    /** Number of samples. */
    int64_t length;
    uint64_t seed;
    /** The permutation of the epoch; NULL when the order is the samples' own. */
    uint32_t *order;
};

/** Fails with ERROR_DATA when there are too many samples (2^32) to shuffle, ERROR_MEMORY. */
bool sampler_init(struct sampler *sampler, int64_t length, bool shuffle, uint64_t seed, struct error *error);
void sampler_finish(struct sampler *sampler);

/** Makes the order of this epoch: RNG_SHUFFLE's permutation. Allocates nothing. */
void sampler_set_epoch(struct sampler *sampler, int64_t epoch);

/** The sample at this position of the epoch; positions behind the end begin again at its front. */
int64_t sampler_get(const struct sampler *sampler, int64_t position);

#endif
