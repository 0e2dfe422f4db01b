/* fashion_mnist.c: FashionMNIST. */
#include "components/datasets/fashion_mnist.h"

#include "components/datasets/idx_dataset.h"

struct dataset *fashion_mnist_create(const struct fashion_mnist_params *params, struct error *error)
{
    static const char *const class_names[IDX_CLASSES] = {
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    };
    static const char *const sites[] = {
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    };
    static const struct idx_family family = {
        .name = "FashionMNIST",
        .system_directory = "/usr/share/datasets/fashion-mnist",
        .sites = {.items = sites, .count = 1},
        .checksums = {"md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d", "md5:25c81989df183df01b3e8a0aad5dffbe",
                      "md5:bef4ecab320f06d8554ea6380940ec79", "md5:bb300cfdad3c16e7a12a480ee83cd310"},
        .class_names = class_names,
    };
    (void)error;
    return idx_dataset_create(&family, params->root, params->train, params->download);
}
