/*
 * mobilenet_v3.h: MobileNetV3Large and MobileNetV3Small: torchvision's, with its parameter names, so that weights interchange.
 *
 * "Searching for MobileNetV3", Howard et al., ICCV 2019. Feature maps: what each strided block is expanded to (strides 2, 4,
 * 8, 16), and the last map (stride 32).
 */
#ifndef LRUN_COMPONENTS_BACKBONES_MOBILENET_V3_H
#define LRUN_COMPONENTS_BACKBONES_MOBILENET_V3_H

#include "components/backbones/backbone.h"

/**
 * Network for phones and CPUs: 5.5 million parameters with its classifier. As torchvision.models.mobilenet_v3_large.
 * Name: MobileNetV3Large.
 */
struct mobilenet_v3_large_params {
    /** Half as many channels in the last stage, as detectors trained without ImageNet weights use it. Default: false. */
    bool reduced_tail;
    /** Share of the classifier's hidden units that training leaves out. Default: 0.2. Range: [0, 1). */
    double dropout;
};

/** Makes the backbone. */
struct backbone *mobilenet_v3_large_create(const struct mobilenet_v3_large_params *params, struct error *error);

/**
 * Smaller network for phones and CPUs: 2.5 million parameters with its classifier. As torchvision.models.mobilenet_v3_small.
 * Name: MobileNetV3Small.
 */
struct mobilenet_v3_small_params {
    /** Half as many channels in the last stage, as detectors trained without ImageNet weights use it. Default: false. */
    bool reduced_tail;
    /** Share of the classifier's hidden units that training leaves out. Default: 0.2. Range: [0, 1). */
    double dropout;
};

/** Makes the backbone. */
struct backbone *mobilenet_v3_small_create(const struct mobilenet_v3_small_params *params, struct error *error);

#endif
