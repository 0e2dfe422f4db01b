/* random_crop.h: RandomCrop. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_CROP_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_CROP_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"
#include "engine/image/geometry.h"

/** What RandomCrop draws: the rectangle that stays, in pixels of the image before padding. */
struct random_crop_draw {
    int left;
    int top;
};

/** Keeps a random part of the image, of a given size. As torchvision.transforms.v2.RandomCrop. Name: RandomCrop. */
struct random_crop_params {
    /** Output height and width in pixels; one number is both. Range: [1, 16384]. */
    struct int_list size;
    /** Pixels to add before: on all sides; left and right, top and bottom; or left, top, right, bottom. Default: []. Range: [0, 16384]. */
    struct int_list padding;
    /** Adds pixels where the image is smaller than the crop, instead of failing. Default: false. */
    bool pad_if_needed;
    /** Value of the new pixels, of all channels or one per channel. Default: [0]. */
    struct double_list fill;
    /** What lies beyond the border. A sample with boxes takes constant only. Default: constant. */
    enum padding_mode padding_mode;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has a wrong number of items. */
struct transform *random_crop_create(const struct random_crop_params *params, struct error *error);

/** Draws. Fails with ERROR_DATA when the image is smaller than the crop. */
bool random_crop_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                      struct random_crop_draw *draw, struct error *error);

/** Does what was drawn. */
bool random_crop_apply_draw(const struct transform *transform, const struct random_crop_draw *draw,
                            struct sample *sample, struct error *error);

#endif
