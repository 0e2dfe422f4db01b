/*
 * data_module.h: Lightning's LightningDataModule: which dataset and which transforms each stage uses, and how its
 * samples are batched. The runner makes the loaders from this.
 */
#ifndef LRUN_COMPONENTS_DATAMODULES_DATA_MODULE_H
#define LRUN_COMPONENTS_DATAMODULES_DATA_MODULE_H

#include <stdbool.h>

#include "components/datasets/dataset.h"
#include "components/stage.h"
#include "components/transforms/transform.h"

struct data_module;

/** What a loader does when a sample cannot be read. */
enum on_bad_sample {
    ON_BAD_SAMPLE_ERROR, /* stop, naming the file */
    ON_BAD_SAMPLE_SKIP,  /* take the next sample of the epoch's order instead, and say so once */
};

/** How one stage's samples are batched; torch.utils.data.DataLoader's arguments. */
struct loader_plan {
    /** NULL: the data module has nothing for this stage. Lent. */
    struct dataset *dataset;
    /** NULL: samples as they are read. Lent. */
    const struct transform *transform;
    /** NULL: decoded images are not kept. Lent; every stage's loader shares it. */
    struct image_cache *cache;
    /** Most memory that the cache takes, in bytes. */
    int64_t cache_bytes;
    int batch_size;
    bool shuffle;
    bool drop_last;
    int num_workers;
    int prefetch_factor;
    enum on_bad_sample on_bad_sample;
};

struct data_module_interface {
    /** Makes the files of every stage present (Lightning's prepare_data). */
    bool (*prepare)(struct data_module *module, struct progress *progress, struct error *error);
    /** Opens the dataset of this stage; called once per stage before plan. */
    bool (*open)(struct data_module *module, enum stage stage, struct progress *progress, struct error *error);
    /** How to load this stage. Valid after open; before it, dataset->info is not set. */
    struct loader_plan (*plan)(struct data_module *module, enum stage stage);
    /** The class names as far as the parameters tell them, before anything is opened; false when only the files know. */
    bool (*classes)(const struct data_module *module, const char *const **names, int *count);
    void (*destroy)(struct data_module *module);
};

/** A data module; the first member of every component's own struct. */
struct data_module {
    const struct data_module_interface *interface;
};

void data_module_destroy(struct data_module **module);

#endif
