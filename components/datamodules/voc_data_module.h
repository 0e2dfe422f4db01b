/* voc_data_module.h: VOCDataModule: PASCAL VOC, or data in its layout, for training a detector. */
#ifndef LRUN_COMPONENTS_DATAMODULES_VOC_DATA_MODULE_H
#define LRUN_COMPONENTS_DATAMODULES_VOC_DATA_MODULE_H

#include "components/datamodules/data_module.h"
#include "components/datasets/voc_detection.h"
#include "engine/base/params.h"

/**
 * Images with labelled boxes in PASCAL VOC's layout, for every stage: VOCDetection with one image set each. As a
 * LightningDataModule. Name: VOCDataModule.
 */
struct voc_data_module_params {
    /** Directory of the data: downloads go there, and it is torchvision's root. Default: data. */
    const char *root;
    /** Year of the challenge: chooses the official archive and its folder. Default: 2012. */
    enum voc_year year;
    /** The image set to train on: the name of a file in `ImageSets/Main`, without `.txt`. Default: train. */
    const char *train_set;
    /** The image set to validate on. null: none. Default: val. */
    const char *val_set;
    /** The image set to test on. null: none. Default: null. */
    const char *test_set;
    /** The image set to predict on. null: as test_set, or as val_set where there is no test_set. Default: null. */
    const char *predict_set;
    /** Fetches the archive when the images are not there. Default: true. */
    bool download;
    /** Address of an archive (tar or zip): https, http, file, or a path. null: the year's official one. Default: null. */
    const char *url;
    /** Other addresses of the same archive, tried in order. Default: []. */
    struct string_list mirrors;
    /** The archive's digest: "md5:...", "sha256:...", or its digits alone. null: the official one's, if that is used. Default: null. */
    const char *checksum;
    /** Names of the classes, in the order of their numbers. []: VOC's twenty. Default: []. */
    struct string_list classes;
    /** Folder that holds `Annotations`, `JPEGImages` and `ImageSets`. null: the year's, `VOCdevkit/VOC2012`. Default: null. */
    const char *folder;
    /** Trains on boxes that are marked difficult too. The other stages always have them: metrics pass over them. Default: true. */
    bool keep_difficult;
    /** What is done to images and boxes for training, in order. Default: []. */
    struct transform_list train_transforms;
    /** What is done to them for validation. Default: []. */
    struct transform_list val_transforms;
    /** What is done to them for test, and for prediction on anything but the val_set. Default: []. */
    struct transform_list test_transforms;
    /** Images of one step. Range: [1, 65536]. Default: 8. */
    int batch_size;
    /** Threads that read and transform images. The batches are the same for any number. Range: [0, 256]. Default: 2. */
    int num_workers;
    /** Batches that each worker makes ahead. Range: [1, 64]. Default: 2. */
    int prefetch_factor;
    /** Trains in a new random order each epoch. Default: true. */
    bool shuffle;
    /** Leaves out the last batch of a training epoch when it is smaller than the others. Default: false. */
    bool drop_last;
    /** What to do about an image that cannot be read. Default: error. */
    enum on_bad_sample on_bad_sample;
    /** Keeps decoded images for the next epochs: in memory, or on disk in the user's cache directory, where later runs find them too. Their pixels are the same. Default: none. */
    enum image_cache_kind cache;
    /** Most bytes that the kept images take; those that do not fit are decoded each time. Range: [1, inf). Default: 2147483648. */
    int64_t cache_bytes;
};

/** Makes the data module. Fails with ERROR_CONFIG when `checksum` is no digest. */
struct data_module *voc_data_module_create(const struct voc_data_module_params *params, struct error *error);

#endif
