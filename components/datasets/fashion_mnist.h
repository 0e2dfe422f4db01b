/* fashion_mnist.h: FashionMNIST. */
#ifndef LRUN_COMPONENTS_DATASETS_FASHION_MNIST_H
#define LRUN_COMPONENTS_DATASETS_FASHION_MNIST_H

#include "components/datasets/dataset.h"

/**
 * Pictures of clothes. As torchvision.datasets.FashionMNIST: 28x28 pixels in one channel, ten classes, 60,000 images to train on and 10,000 to test. Name: FashionMNIST.
 */
struct fashion_mnist_params {
    /** Directory of the data: files are in `FashionMNIST/raw` under it, or in itself. Debian's package dataset-fashion-mnist is found too. Default: data. */
    const char *root;
    /** The images to train on; false: those to test on. Default: true. */
    bool train;
    /** Fetches the files when they are not there. Default: false. */
    bool download;
};

/** Makes the dataset. Never fails. */
struct dataset *fashion_mnist_create(const struct fashion_mnist_params *params, struct error *error);

#endif
