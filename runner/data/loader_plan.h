/* loader_plan.h: what follows from a loader's plan before there is a loader. For the files of runner/data only. */
#ifndef LRUN_RUNNER_DATA_LOADER_PLAN_H
#define LRUN_RUNNER_DATA_LOADER_PLAN_H

#include "runner/data/loader.h"

/** How many samples of an epoch may be replaced, of so many. */
int64_t plan_replaced_limit(int64_t length);

/** Batches that were given back and may still be on their way to the device. */
int plan_kept_count(const struct device *device);

/** Batches made ahead, the one that is lent, and what is kept. */
int plan_slot_count(const struct loader_plan *plan, const struct device *device);

/** The layout of batches for a device: the host's are floats. */
struct batch_layout plan_layout(const struct batch_layout *layout, const struct device *device);

/** Makes the sample of `sample->index`. Fails as reading and transforming do. */
bool plan_make_sample(const struct loader_plan *plan, uint64_t seed, int64_t epoch, struct sample *sample,
                      struct error *error);

#endif
