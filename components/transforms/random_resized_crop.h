/* random_resized_crop.h: RandomResizedCrop. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_RESIZED_CROP_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_RESIZED_CROP_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"
#include "engine/image/resample.h"

/** What RandomResizedCrop draws: the rectangle that stays. */
struct random_resized_crop_draw {
    int left;
    int top;
    int width;
    int height;
};

/** Keeps a random part of the image, of random size and shape, and resizes it. As torchvision.transforms.v2.RandomResizedCrop. Name: RandomResizedCrop. */
struct random_resized_crop_params {
    /** Output height and width in pixels; one number is both. Range: [1, 16384]. */
    struct int_list size;
    /** Least and most share of the image's area. Default: [0.08, 1]. Range: (0, inf). */
    struct double_list scale;
    /** Least and most width over height. Default: [0.75, 1.3333333333333333]. Range: (0, inf). */
    struct double_list ratio;
    /** How pixels are sampled; a mask takes its nearest pixels. Default: bilinear. */
    enum interpolation interpolation;
    /** Filters before shrinking, so that fine detail does not alias. Default: true. */
    bool antialias;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has a wrong number of items or order. */
struct transform *random_resized_crop_create(const struct random_resized_crop_params *params, struct error *error);

/** Draws. */
void random_resized_crop_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                              struct random_resized_crop_draw *draw);

/** Does what was drawn. */
bool random_resized_crop_apply_draw(const struct transform *transform, const struct random_resized_crop_draw *draw,
                                    struct sample *sample, struct error *error);

#endif
