/* dataset_data_module.h: DataModule: any datasets, one for each stage. */
#ifndef LRUN_COMPONENTS_DATAMODULES_DATASET_DATA_MODULE_H
#define LRUN_COMPONENTS_DATAMODULES_DATASET_DATA_MODULE_H

#include "components/datamodules/data_module.h"
#include "engine/base/params.h"

/**
 * Any datasets, one for each stage. As lightning.LightningDataModule.from_datasets, with transforms and a split. Name:
 * DataModule.
 */
struct dataset_data_module_params {
    /** The dataset to train on. Default: null. */
    struct dataset *train;
    /** The dataset to validate on. Default: null. */
    struct dataset *val;
    /** The dataset to test on. Default: null. */
    struct dataset *test;
    /** The dataset to predict on. null: as test. Default: null. */
    struct dataset *predict;
    /** Without `val`: how many samples of `train` (or which share of them) are kept for validation. Range: [0, inf). Default: 0. */
    struct amount val_split;
    /** Which samples those are: the same for the same number. Range: [0, inf). Default: 0. */
    int64_t split_seed;
    /** What is done to samples for training, in order. Default: []. */
    struct transform_list train_transforms;
    /** What is done to them for validation. Default: []. */
    struct transform_list val_transforms;
    /** What is done to them for test and prediction. Default: []. */
    struct transform_list test_transforms;
    /** Samples of one step. Range: [1, 65536]. Default: 32. */
    int batch_size;
    /** Threads that read and transform samples. The batches are the same for any number. Range: [0, 256]. Default: 2. */
    int num_workers;
    /** Batches that each worker makes ahead. Range: [1, 64]. Default: 2. */
    int prefetch_factor;
    /** Trains in a new random order each epoch. Default: true. */
    bool shuffle;
    /** Leaves out the last batch of a training epoch when it is smaller than the others. Default: false. */
    bool drop_last;
    /** What to do about a sample that cannot be read. Default: error. */
    enum on_bad_sample on_bad_sample;
    /** Keeps decoded images for the next epochs: in memory, or on disk in the user's cache directory, where later runs find them too. Their pixels are the same. Default: none. */
    enum image_cache_kind cache;
    /** Most bytes that the kept images take; those that do not fit are decoded each time. Range: [1, inf). Default: 2147483648. */
    int64_t cache_bytes;
};

/** Makes the data module. Fails with ERROR_CONFIG when `val_split` cannot be met. */
struct data_module *dataset_data_module_create(const struct dataset_data_module_params *params, struct error *error);

#endif
