/* mnist.h: MNIST. */
#ifndef LRUN_COMPONENTS_DATASETS_MNIST_H
#define LRUN_COMPONENTS_DATASETS_MNIST_H

#include "components/datasets/dataset.h"

/**
 * Handwritten digits. As torchvision.datasets.MNIST: 28x28 pixels in one channel, ten classes, 60,000 images to train on and 10,000 to test. Name: MNIST.
 */
struct mnist_params {
    /** Directory of the data: files are in `MNIST/raw` under it, or in itself. Default: data. */
    const char *root;
    /** The images to train on; false: those to test on. Default: true. */
    bool train;
    /** Fetches the files when they are not there. Default: false. */
    bool download;
};

/** Makes the dataset. Never fails. */
struct dataset *mnist_create(const struct mnist_params *params, struct error *error);

#endif
