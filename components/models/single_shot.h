/*
 * single_shot.h: what SSD and SSDLite share: feature maps of several sizes, default boxes on each, one prediction per box.
 *
 * A detector says how its extra maps and its predictions are built (struct single_shot_style); the loss, the detections and
 * the metric are the same for all.
 */
#ifndef LRUN_COMPONENTS_MODELS_SINGLE_SHOT_H
#define LRUN_COMPONENTS_MODELS_SINGLE_SHOT_H

#include "components/backbones/backbone.h"
#include "components/models/model.h"
#include "engine/base/params.h"

/** The layers in which single-shot detectors differ. */
struct single_shot_style {
    /** The map behind `x`: half as high and wide, `channels` channels. Named in the current scope. */
    struct value *(*extra_map)(struct graph *graph, struct value *x, int channels, bool training);
    /** The predictions on a map: [n, channels, h, w] -> [n, columns, h, w]. Parameters are named NAME... */
    struct value *(*predict)(struct graph *graph, struct value *map, const char *name, int columns, bool training);
};

/** What the constructors of detectors pass on. Lists are lent from their parameters. */
struct single_shot_params {
    const struct single_shot_style *style;
    struct backbone *backbone;
    const int64_t *num_classes;
    /** Maps taken from the backbone, its last ones; and channels of each further map. */
    int backbone_maps;
    int64_t extra_channels[BACKBONE_MAX_FEATURES];
    int extra_maps;
    struct double_list scales;
    struct double_list aspect_ratios;
    struct int_list ratios_per_map;
    /** Pixels between places, one number per map; empty: the image's side divided by the map's. */
    struct int_list steps;
    double score_thresh;
    double nms_thresh;
    int detections_per_img;
    double iou_thresh;
    int topk_candidates;
    double positive_fraction;
    const char *weights;
    bool strict;
};

/** Makes the detector, which takes over the backbone. Fails with ERROR_CONFIG when lists do not fit the number of maps. */
struct model *single_shot_create(const struct single_shot_params *params, struct error *error);

#endif
