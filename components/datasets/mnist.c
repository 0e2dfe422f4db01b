/* mnist.c: MNIST. */
#include "components/datasets/mnist.h"

#include "components/datasets/idx_dataset.h"

struct dataset *mnist_create(const struct mnist_params *params, struct error *error)
{
    static const char *const class_names[IDX_CLASSES] = {
        "0 - zero", "1 - one", "2 - two",   "3 - three", "4 - four",
        "5 - five", "6 - six", "7 - seven", "8 - eight", "9 - nine",
    };
    static const char *const sites[] = {
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    };
    static const struct idx_family family = {
        .name = "MNIST",
        .sites = {.items = sites, .count = 2},
        .checksums = {"md5:f68b3c2dcbeaaa9fbdd348bbdeb94873", "md5:d53e105ee54ea40749a09fcbcd1e9432",
                      "md5:9fb629c4189551a2d022fa330f9573f3", "md5:ec29112dd5afa0611ce80d1b7f02629c"},
        .class_names = class_names,
    };
    (void)error;
    return idx_dataset_create(&family, params->root, params->train, params->download);
}
