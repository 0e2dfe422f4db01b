/*
 * loader.h: batches of a dataset, made ahead by worker threads. As torch.utils.data.DataLoader.
 *
 *     struct loader *loader = loader_create(&options, error);
 *     loader_start(loader, epoch, 0);
 *     const struct batch *batch;
 *     while (loader_next(loader, &batch, error) && batch != NULL)
 *         train(batch);                        // lent until the next call
 *
 * Workers take samples, not batches: each sample goes straight to its place in a batch. A sample is a function of (seed,
 * epoch, index), its place of (seed, epoch, position), so any number of workers gives the same batches, and an epoch can
 * be entered at any batch. At most prefetch_factor batches are made ahead. Once warm nothing is allocated.
 *
 * For a device that is not the host, batches have a copy there (batch.copy), begun while the step before is computed; images of
 * bytes stay bytes.
 *
 * A bad sample (one whose reading or transforming fails with ERROR_DATA) under on_bad_sample: skip is replaced by the
 * sample at the next position of the epoch, which is a function of the position alone too. More than one in ten replaced
 * (and more than one) in an epoch is an error: such a dataset is wrong.
 *
 * Its place in the house: runner/data/. One thread calls it; the workers run at low priority (10 nicer than the program,
 * SCHED_BATCH) with all signals blocked.
 */
#ifndef LRUN_RUNNER_DATA_LOADER_H
#define LRUN_RUNNER_DATA_LOADER_H

#include <stdint.h>

#include "components/datamodules/data_module.h"
#include "engine/base/progress.h"
#include "engine/base/trace.h"
#include "runner/data/collator.h"
#include "runner/data/share.h"

struct loader;

struct loader_options {
    /** What to load; its dataset is open. */
    struct loader_plan plan;
    /** What part of the plan's samples; zero: all. */
    struct share share;
    struct batch_layout layout;
    /** What the batches are for; NULL: the processor. Used by the calling thread only. Lent. */
    struct device *device;
    uint64_t seed;
    /** Told of skipped samples, each once; asked, while waiting, whether to stop. Lent. */
    struct progress *progress;
    /** Is told when each sample was made; NULL: nobody is. Lent. */
    struct trace *trace;
};

/** Makes the loader and its threads. Fails with ERROR_DATA without samples, ERROR_MEMORY, ERROR_RUN without threads. */
struct loader *loader_create(const struct loader_options *options, struct error *error);

/** Stops the workers (each finishes its sample) and frees everything. */
void loader_destroy(struct loader **loader);

/** Batches of an epoch. */
int64_t loader_batch_count(const struct loader *loader);

/** Begins an epoch at its batch `first`, leaving off what was under way. */
void loader_start(struct loader *loader, int64_t epoch, int64_t first);

/**
 * The next batch, lent until the next call of any of these; NULL at the end of the epoch. Fails with what the first bad
 * sample failed with, and with ERROR_INTERRUPTED when the progress says stop while there is nothing to deliver.
 */
bool loader_next(struct loader *loader, const struct batch **batch, struct error *error);

/** Finds the layout of a plan's batches, for whatever device, by making its first sample. Fails as reading and transforming do. */
bool loader_probe(const struct loader_plan *plan, uint64_t seed, struct batch_layout *layout, struct error *error);

/** Bytes of batches that the loader of a plan holds: on the host; and their copies on a device that is not the host. */
size_t loader_batch_bytes(const struct loader_plan *plan, const struct batch_layout *layout,
                          const struct device *device);
size_t loader_copy_bytes(const struct loader_plan *plan, const struct batch_layout *layout,
                         const struct device *device);

/** What samples under way take: of each worker one, the greediest of `draws` that are made for it. 0 when none can be made. */
size_t loader_sample_bytes(const struct loader_plan *plan, uint64_t seed, int draws);

#endif
