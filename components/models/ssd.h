/* ssd.h: SSD: objects found in one pass, from feature maps of several sizes. */
#ifndef LRUN_COMPONENTS_MODELS_SSD_H
#define LRUN_COMPONENTS_MODELS_SSD_H

#include "components/backbones/backbone.h"
#include "components/models/model.h"
#include "engine/base/params.h"

/**
 * Detects objects in one pass: default boxes on feature maps of several sizes are classified and moved.
 *
 * "SSD: Single Shot MultiBox Detector", Liu et al., ECCV 2016. As torchvision.models.detection.SSD: default boxes, matcher,
 * box coder, smooth-L1 and cross-entropy with hard negatives, threshold, top-k and non-maximum suppression; its parameter
 * names (backbone..., head.classification_head..., head.regression_head...). The backbone's last maps are followed by extra
 * ones, each half as large. Logs loss_box_regression, loss_classification and, when validating or testing, map, map_50, map_75.
 * Name: SSD.
 */
struct ssd_params {
    /** What turns the image into feature maps. */
    struct backbone *backbone;
    /** How many classes there are, background not counted; null takes the data's. Default: null. Range: [1, 100000]. */
    const int64_t *num_classes;
    /** How many of the backbone's maps are used, counted from its last. Default: 3. Range: [1, 8]. */
    int backbone_maps;
    /** How many further maps follow, each half as high and wide as the one before. Default: 3. Range: [0, 7]. */
    int extra_maps;
    /** Channels of the further maps. Default: 256. Range: [2, 4096]. */
    int extra_channels;
    /**
     * Side of the default boxes of each map as a share of the image's, finest map first, and one more for a map that would
     * follow. Default: [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05]. Range: (0, 2].
     */
    struct double_list scales;
    /** Ratios of width to height of default boxes, besides 1; each is used lying and upright. Default: [2, 3]. Range: (0, 100]. */
    struct double_list aspect_ratios;
    /** How many of `aspect_ratios` each map uses. Default: [1, 2, 2, 2, 1, 1]. Range: [0, 16]. */
    struct int_list ratios_per_map;
    /** Pixels between the places of default boxes, one number per map; none: the image's side divided by the map's. Default: []. Range: [1, 100000]. */
    struct int_list steps;
    /** A detection's score must be above this. Default: 0.01. Range: [0, 1]. */
    double score_thresh;
    /** Of two detections of a class that overlap by more than this, the better stays. Default: 0.45. Range: [0, 1]. */
    double nms_thresh;
    /** Most detections of an image. Default: 200. Range: [1, 10000]. */
    int detections_per_img;
    /** A default box is to find an object that it overlaps by at least this. Default: 0.5. Range: [0, 1]. */
    double iou_thresh;
    /** Most detections of a class in an image before non-maximum suppression. Default: 400. Range: [1, 100000]. */
    int topk_candidates;
    /** Share of the boxes trained on that are to find an object; the rest is background. Default: 0.25. Range: (0, 1]. */
    double positive_fraction;
    /** File or URL of a safetensors state dict to start from; null starts fresh. Default: null. */
    const char *weights;
    /** Whether every name and shape of `weights` must fit; false reports what does not and goes on. Default: true. */
    bool strict;
};

/** Makes the model, which takes over the backbone. Fails with ERROR_CONFIG when the lists do not fit the number of maps. */
struct model *ssd_create(const struct ssd_params *params, struct error *error);

#endif
