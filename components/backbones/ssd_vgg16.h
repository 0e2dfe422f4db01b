/* ssd_vgg16.h: SSDVGG16: the feature maps of the SSD paper. */
#ifndef LRUN_COMPONENTS_BACKBONES_SSD_VGG16_H
#define LRUN_COMPONENTS_BACKBONES_SSD_VGG16_H

#include "components/backbones/backbone.h"

/**
 * VGG16 with SSD's own layers behind it: six maps for 300 x 300 pixels, seven for 512 x 512.
 *
 * "Very Deep Convolutional Networks for Large-Scale Image Recognition", Simonyan and Zisserman, 2014, as the SSD paper changes
 * it. As torchvision's SSDFeatureExtractorVGG, with its parameter names (scale_weight, features.0... extra.4.2...). Takes
 * images of 0 to 255 less their mean: Normalize with mean [0.48235, 0.45882, 0.40784] and std 1/255.
 * Name: SSDVGG16.
 */
struct ssd_vgg16_params {
    /** One more map, for images of 512 x 512. Default: false. */
    bool highres;
};

/** Makes the backbone. */
struct backbone *ssd_vgg16_create(const struct ssd_vgg16_params *params, struct error *error);

#endif
