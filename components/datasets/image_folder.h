/* image_folder.h: ImageFolder. */
#ifndef LRUN_COMPONENTS_DATASETS_IMAGE_FOLDER_H
#define LRUN_COMPONENTS_DATASETS_IMAGE_FOLDER_H

#include "components/datasets/dataset.h"
#include "engine/base/params.h"

/**
 * Images in one folder per class: `root/cat/1.jpg`. As torchvision.datasets.ImageFolder: classes are the folders, sorted
 * by name; images are the JPEG and PNG files in them and below, sorted by path, read as RGB. With `url`, the archive is
 * fetched to `root`, and `folder` in it takes the root's place. Name: ImageFolder.
 */
struct image_folder_params {
    /** Directory that holds the classes' folders; with `url`, where the archive goes. */
    const char *root;
    /** Address of an archive (tar or zip) that holds the images: https, http, file, or a path. Default: null. */
    const char *url;
    /** Other addresses of the same archive, tried in order. Default: []. */
    struct string_list mirrors;
    /** The archive's digest: "md5:...", "sha256:...", or its digits alone. Default: null. */
    const char *checksum;
    /** Folder under the root, or in the archive, that holds the classes' folders. null: the root itself. Default: null. */
    const char *folder;
};

/** Makes the dataset. Fails with ERROR_CONFIG when `checksum` is no digest. */
struct dataset *image_folder_create(const struct image_folder_params *params, struct error *error);

#endif
