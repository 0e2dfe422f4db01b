/*
 * share.h: what part of an epoch's samples a loader gives, where each of several devices has a loader of its own.
 *
 *     struct share whole = {0};                                    // all of it, for one device
 *     struct share second = {.index = 1, .count = 2};              // training: every other sample
 *     struct share every_second = {.index = 1, .count = 2, .of_batches = true};   // evaluation: every other batch
 */
#ifndef LRUN_RUNNER_DATA_SHARE_H
#define LRUN_RUNNER_DATA_SHARE_H

#include "components/datamodules/data_module.h"

struct share {
    /** Which one of how many; of 0 as of 1: everything. */
    int index, count;
    /**
     * Batches go round: the shares together have the batches that one device would have, each sample once. Else samples go
     * round, as torch.utils.data.DistributedSampler deals them: sample j is that of the epoch's position j * count + index, and
     * the epoch's first ones come again at its end, so that all shares have as many.
     */
    bool of_batches;
};

/** Batches of an epoch. */
int64_t share_batch_count(struct share share, const struct loader_plan *plan);

/** Samples of its batch; smaller than the plan's where the samples end. */
int share_batch_size(struct share share, const struct loader_plan *plan, int64_t batch);

/** The position in the epoch's order of the sample at a place of a batch; behind the last one it begins again at the first. */
int64_t share_position(struct share share, const struct loader_plan *plan, int64_t batch, int64_t place);

/** Samples of an epoch, the repeated ones included; in shares of batches as many on average, rounded up. */
int64_t share_length(struct share share, const struct loader_plan *plan);

#endif
