/* random_iou_crop.h: RandomIoUCrop. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_IOU_CROP_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_IOU_CROP_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/** What RandomIoUCrop draws. */
struct random_iou_crop_draw {
    /** False: the sample stays as it is. */
    bool crops;
    int left;
    int top;
    int width;
    int height;
    /** Per box: its middle lies in the rectangle. Lent: in the sample's arena. */
    const bool *within;
};

/** Keeps a random part of the image that overlaps an object enough. Boxes whose middle is cut off become empty: follow it by
 * SanitizeBoundingBoxes. As torchvision.transforms.v2.RandomIoUCrop (Liu et al., "SSD", ECCV 2016); images without boxes
 * stay as they are once an option of 1 or more is drawn. Name: RandomIoUCrop. */
struct random_iou_crop_params {
    /** Smallest share of the image's width and height. Default: 0.3. Range: (0, 1]. */
    double min_scale;
    /** Largest share of the image's width and height. Default: 1. Range: (0, 1]. */
    double max_scale;
    /** Smallest width over height. Default: 0.5. Range: (0, inf). */
    double min_aspect_ratio;
    /** Largest width over height. Default: 2. Range: (0, inf). */
    double max_aspect_ratio;
    /** Overlaps (intersection over union with some box), one of which is drawn; 1 and more: no crop. Default: [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]. Range: [0, inf). */
    struct double_list sampler_options;
    /** How often a rectangle is tried before another overlap is drawn. Default: 40. Range: [1, 10000]. */
    int trials;
};

/** Makes the transform. Fails with ERROR_CONFIG when a lower bound is above its upper one, or there is no option. */
struct transform *random_iou_crop_create(const struct random_iou_crop_params *params, struct error *error);

/** Draws. After 1000 overlaps without a fitting rectangle the sample stays as it is (torchvision tries for ever). */
void random_iou_crop_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                          struct random_iou_crop_draw *draw);

/** Does what was drawn. */
bool random_iou_crop_apply_draw(const struct random_iou_crop_draw *draw, struct sample *sample, struct error *error);

#endif
