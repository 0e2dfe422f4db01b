/*
 * subset.h: a part of another dataset, as torch.utils.data.random_split makes it.
 *
 * The two parts of a split share their whole, which the first of them owns.
 */
#ifndef LRUN_COMPONENTS_DATASETS_SUBSET_H
#define LRUN_COMPONENTS_DATASETS_SUBSET_H

#include "components/datasets/dataset.h"
#include "engine/base/params.h"

/**
 * Splits `whole` at random into what is left and a second part of `amount` samples (or that share of them). The split
 * depends on `seed` and the number of samples alone. `whole` is taken over: it is destroyed with *first, which must
 * outlive *second. Opening fails with ERROR_CONFIG when a part would be empty.
 */
void subset_split(struct dataset *whole, struct amount amount, uint64_t seed, struct dataset **first,
                  struct dataset **second);

#endif
