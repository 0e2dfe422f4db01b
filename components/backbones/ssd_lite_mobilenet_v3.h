/* ssd_lite_mobilenet_v3.h: MobileNetV3Large cut open where SSDLite looks. */
#ifndef LRUN_COMPONENTS_BACKBONES_SSD_LITE_MOBILENET_V3_H
#define LRUN_COMPONENTS_BACKBONES_SSD_LITE_MOBILENET_V3_H

#include "components/backbones/backbone.h"

/**
 * MobileNetV3Large for SSDLite: two maps, the expansion of the last strided block (stride 16) and the last map (stride 32).
 *
 * As torchvision's SSDLiteFeatureExtractorMobileNet, with its parameter names (features.0.0... features.1.3...).
 * Name: SSDLiteMobileNetV3Large.
 */
struct ssd_lite_mobilenet_v3_large_params {
    /** Half as many channels in the last stage, as torchvision does where no ImageNet weights are loaded. Default: true. */
    bool reduced_tail;
};

/** Makes the backbone. */
struct backbone *ssd_lite_mobilenet_v3_large_create(const struct ssd_lite_mobilenet_v3_large_params *params,
                                                    struct error *error);

#endif
