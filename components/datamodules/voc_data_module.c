/* voc_data_module.c: PASCAL VOC, or data in its layout, for training a detector. */
#include "components/datamodules/voc_data_module.h"

#include "components/datamodules/staged_data.h"

static bool make_dataset(const struct voc_data_module_params *params, const char *image_set, bool keep_difficult,
                         struct dataset **dataset, struct error *error)
{
    if (image_set == NULL)
        return true;
    struct voc_detection_params one = {
        .root = params->root,
        .year = params->year,
        .image_set = image_set,
        .download = params->download,
        .url = params->url,
        .mirrors = params->mirrors,
        .checksum = params->checksum,
        .classes = params->classes,
        .folder = params->folder,
        .keep_difficult = keep_difficult,
    };
    *dataset = voc_detection_create(&one, error);
    return *dataset != NULL;
}

static bool make_datasets(const struct voc_data_module_params *params, struct dataset *datasets[STAGE_COUNT],
                          struct error *error)
{
    if (!make_dataset(params, params->train_set, params->keep_difficult, &datasets[STAGE_TRAIN], error) ||
        !make_dataset(params, params->val_set, true, &datasets[STAGE_VALIDATE], error) ||
        !make_dataset(params, params->test_set, true, &datasets[STAGE_TEST], error) ||
        !make_dataset(params, params->predict_set, true, &datasets[STAGE_PREDICT], error))
        return false;
    if (datasets[STAGE_PREDICT] == NULL)
        datasets[STAGE_PREDICT] = datasets[STAGE_TEST] != NULL ? datasets[STAGE_TEST] : datasets[STAGE_VALIDATE];
    return true;
}

struct data_module *voc_data_module_create(const struct voc_data_module_params *params, struct error *error)
{
    struct dataset *datasets[STAGE_COUNT] = {NULL};
    if (!make_datasets(params, datasets, error)) {
        for (int i = 0; i < STAGE_COUNT; i++)
            dataset_destroy(&datasets[i]);
        return NULL;
    }
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
    for (int i = 0; i < STAGE_COUNT; i++)
        data->datasets[i] = datasets[i];
    return &data->base;
}
