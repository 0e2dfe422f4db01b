/*
 * staged_data.h: what every data module of ours is: datasets and transforms by stage, and how they are batched.
 *
 * A constructor fills a struct staged_data that staged_data_create made; everything else is common.
 */
#ifndef LRUN_COMPONENTS_DATAMODULES_STAGED_DATA_H
#define LRUN_COMPONENTS_DATAMODULES_STAGED_DATA_H

#include "components/datamodules/data_module.h"

/** Datasets by stage. Two stages may share one. Owned, as are the transforms. */
struct staged_data {
    struct data_module base;
    struct dataset *datasets[STAGE_COUNT];
    /** Of train, val and test; predict takes test's. */
    struct transform *transforms[STAGE_PREDICT];
    /** Batching: batch_size, num_workers, prefetch_factor, on_bad_sample; `shuffle` and `drop_last` are train's alone. */
    struct loader_plan batching;
    /** Where decoded images are kept, and most bytes of them: of every stage together. */
    enum image_cache_kind cache_kind;
    int64_t cache_bytes;
    /** Made when the first stage is opened; NULL for none. */
    struct image_cache *cache;
    bool is_open[STAGE_COUNT];
};

/** Makes one without data. Takes the transforms over. */
struct staged_data *staged_data_create(const struct loader_plan *batching, const struct transform_list *train,
                                       const struct transform_list *val, const struct transform_list *test);

#endif
