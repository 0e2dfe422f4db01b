/* image_classifier.h: ImageClassifier: one class per image. */
#ifndef LRUN_COMPONENTS_MODELS_IMAGE_CLASSIFIER_H
#define LRUN_COMPONENTS_MODELS_IMAGE_CLASSIFIER_H

#include "components/backbones/backbone.h"
#include "components/models/model.h"
#include "engine/base/params.h"

/**
 * A backbone, the mean of its last feature map, and the backbone's classifier or one linear layer; trained with
 * cross-entropy.
 *
 * On a ResNet or a MobileNetV3 it is torchvision's model of that name, with its parameter names (conv1.weight ... fc.bias). Logs the accuracy
 * acc and, with more than five classes, acc_top5.
 * Name: ImageClassifier.
 */
struct image_classifier_params {
    /** What turns the image into features. */
    struct backbone *backbone;
    /** How many classes there are; null takes the data's. Default: null. Range: [1, 1000000]. */
    const int64_t *num_classes;
    /** Share of the target that is spread over all classes, as in torch.nn.CrossEntropyLoss. Default: 0. Range: [0, 1). */
    double label_smoothing;
    /** File or URL of a safetensors state dict to start from; null starts fresh. Default: null. */
    const char *weights;
    /** Whether every name and shape of `weights` must fit; false reports what does not and goes on. Default: true. */
    bool strict;
};

/** Makes the model, which takes over the backbone. */
struct model *image_classifier_create(const struct image_classifier_params *params, struct error *error);

#endif
