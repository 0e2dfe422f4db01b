/* dataset_data_module.c: any datasets, one for each stage. */
#include "components/datamodules/dataset_data_module.h"

#include "components/datamodules/staged_data.h"
#include "components/datasets/subset.h"

static bool check_split(const struct dataset_data_module_params *params, struct error *error)
{
    if (params->val_split.number == 0)
        return true;
    if (params->val != NULL)
        return error_set(error, ERROR_CONFIG, "wanted either 'val' or 'val_split', found both");
    if (params->train == NULL)
        return error_set(error, ERROR_CONFIG, "wanted 'train' for 'val_split' to split, found none");
    return !(params->val_split.is_fraction && params->val_split.number >= 1) ||
           error_set(error, ERROR_CONFIG, "wanted a 'val_split' below 1.0, found %g", params->val_split.number);
}

struct data_module *dataset_data_module_create(const struct dataset_data_module_params *params, struct error *error)
{
    if (!check_split(params, error))
        return NULL;
    struct loader_plan batching = {
        .batch_size = params->batch_size,
        .shuffle = params->shuffle,
        .drop_last = params->drop_last,
        .num_workers = params->num_workers,
        .prefetch_factor = params->prefetch_factor,
        .on_bad_sample = params->on_bad_sample,
    };
    struct staged_data *data =
        staged_data_create(&batching, &params->train_transforms, &params->val_transforms, &params->test_transforms);
    data->cache_kind = params->cache;
    data->cache_bytes = params->cache_bytes;
    data->datasets[STAGE_TRAIN] = params->train;
    data->datasets[STAGE_VALIDATE] = params->val;
    data->datasets[STAGE_TEST] = params->test;
    data->datasets[STAGE_PREDICT] = params->predict != NULL ? params->predict : params->test;
    if (params->val_split.number > 0)
        subset_split(params->train, params->val_split, (uint64_t)params->split_seed, &data->datasets[STAGE_TRAIN],
                     &data->datasets[STAGE_VALIDATE]);
    return &data->base;
}
