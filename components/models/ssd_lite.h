/* ssd_lite.h: SSDLite: SSD with convolutions that filter each channel by itself. */
#ifndef LRUN_COMPONENTS_MODELS_SSD_LITE_H
#define LRUN_COMPONENTS_MODELS_SSD_LITE_H

#include "components/backbones/backbone.h"
#include "components/models/model.h"
#include "engine/base/params.h"

/**
 * SSD for phones and CPUs: depthwise convolutions in the extra maps and in the heads.
 *
 * "MobileNetV2: Inverted Residuals and Linear Bottlenecks", Sandler et al., CVPR 2018. On SSDLiteMobileNetV3Large it is
 * torchvision's ssdlite320_mobilenet_v3_large, with its parameter names. Takes images of 320 x 320, normalised with mean and std
 * 0.5. Logs what SSD logs.
 * Name: SSDLite.
 */
struct ssd_lite_params {
    /** What turns the image into feature maps. */
    struct backbone *backbone;
    /** How many classes there are, background not counted; null takes the data's. Default: null. Range: [1, 100000]. */
    const int64_t *num_classes;
    /** How many of the backbone's maps are used, counted from its last. Default: 2. Range: [1, 8]. */
    int backbone_maps;
    /** Channels of each further map, half as high and wide as the one before. Default: [512, 256, 256, 128]. Range: [2, 4096]. */
    struct int_list extra_channels;
    /**
     * Side of the default boxes of each map as a share of the image's, finest map first, and one more for a map that would
     * follow. Default: [0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0]. Range: (0, 2].
     */
    struct double_list scales;
    /** Ratios of width to height of default boxes, besides 1; each is used lying and upright. Default: [2, 3]. Range: (0, 100]. */
    struct double_list aspect_ratios;
    /** How many of `aspect_ratios` each map uses. Default: [2, 2, 2, 2, 2, 2]. Range: [0, 16]. */
    struct int_list ratios_per_map;
    /** A detection's score must be above this. Default: 0.001. Range: [0, 1]. */
    double score_thresh;
    /** Of two detections of a class that overlap by more than this, the better stays. Default: 0.55. Range: [0, 1]. */
    double nms_thresh;
    /** Most detections of an image. Default: 300. Range: [1, 10000]. */
    int detections_per_img;
    /** A default box is to find an object that it overlaps by at least this. Default: 0.5. Range: [0, 1]. */
    double iou_thresh;
    /** Most detections of a class in an image before non-maximum suppression. Default: 300. Range: [1, 100000]. */
    int topk_candidates;
    /** Share of the boxes trained on that are to find an object; the rest is background. Default: 0.25. Range: (0, 1]. */
    double positive_fraction;
    /** File or URL of a safetensors state dict to start from; null starts fresh. Default: null. */
    const char *weights;
    /** Whether every name and shape of `weights` must fit; false reports what does not and goes on. Default: true. */
    bool strict;
};

/** Makes the model, which takes over the backbone. Fails with ERROR_CONFIG when the lists do not fit the number of maps. */
struct model *ssd_lite_create(const struct ssd_lite_params *params, struct error *error);

#endif
