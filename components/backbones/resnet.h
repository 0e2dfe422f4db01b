/*
 * resnet.h: ResNet18, ResNet34 and ResNet50: torchvision's, with its parameter names, so that weights interchange.
 *
 * "Deep Residual Learning for Image Recognition", He et al., CVPR 2016. Feature maps: layer1 to layer4, at strides 4, 8, 16
 * and 32. ResNet50 strides in the 3x3 convolution, as torchvision ("v1.5").
 */
#ifndef LRUN_COMPONENTS_BACKBONES_RESNET_H
#define LRUN_COMPONENTS_BACKBONES_RESNET_H

#include "components/backbones/backbone.h"

/** Residual network of 18 layers: 11.2 million parameters. As torchvision.models.resnet18 without its head. Name: ResNet18. */
struct resnet18_params {
    /** Starts each residual branch as nothing: its last normalisation's weight is zero. Default: false. */
    bool zero_init_residual;
};

/** Makes the backbone. */
struct backbone *resnet18_create(const struct resnet18_params *params, struct error *error);

/** Residual network of 34 layers: 21.3 million parameters. As torchvision.models.resnet34 without its head. Name: ResNet34. */
struct resnet34_params {
    /** Starts each residual branch as nothing: its last normalisation's weight is zero. Default: false. */
    bool zero_init_residual;
};

/** Makes the backbone. */
struct backbone *resnet34_create(const struct resnet34_params *params, struct error *error);

/** Residual network of 50 layers: 23.5 million parameters. As torchvision.models.resnet50 without its head. Name: ResNet50. */
struct resnet50_params {
    /** Starts each residual branch as nothing: its last normalisation's weight is zero. Default: false. */
    bool zero_init_residual;
};

/** Makes the backbone. */
struct backbone *resnet50_create(const struct resnet50_params *params, struct error *error);

#endif
