/*
 * idx_dataset.h: what MNIST and its kin share: small grey pictures with a class, in LeCun's idx files.
 *
 * Four files, `train-images-idx3-ubyte` and so on, plain or `.gz`, are looked for in `root/<Name>/raw` (torchvision's
 * place), in `root` itself, and where Debian's package puts them. They are held in memory.
 */
#ifndef LRUN_COMPONENTS_DATASETS_IDX_DATASET_H
#define LRUN_COMPONENTS_DATASETS_IDX_DATASET_H

#include "components/datasets/dataset.h"
#include "components/datasets/download.h"

/** One of the family. */
struct idx_family {
    /** "FashionMNIST": the folder's name under the root. */
    const char *name;
    /** Where a package of the system puts the files; NULL: nowhere. */
    const char *system_directory;
    /** Addresses of the directory that holds the files, ended by a slash; tried in order. */
    struct string_list sites;
    /** MD5 of train images, train labels, test images, test labels. */
    const char *checksums[4];
    const char *const *class_names;
};

/** Number of classes of each. */
#define IDX_CLASSES 10

/** Makes a dataset of this family. Never fails. */
struct dataset *idx_dataset_create(const struct idx_family *family, const char *root, bool train, bool download);

#endif
