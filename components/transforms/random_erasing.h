/* random_erasing.h: RandomErasing. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_ERASING_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_ERASING_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/** What RandomErasing draws: a rectangle; width 0: nothing is erased. */
struct random_erasing_draw {
    int left;
    int top;
    int width;
    int height;
    /** Where the noise comes from. */
    struct rng noise;
};

/** Sometimes overwrites a rectangle of the image; boxes and mask stay. As torchvision.transforms.v2.RandomErasing. Name: RandomErasing. */
struct random_erasing_params {
    /** Probability that it happens. Default: 0.5. Range: [0, 1]. */
    double p;
    /** Least and most share of the image's area. Default: [0.02, 0.33]. Range: [0, 1]. */
    struct double_list scale;
    /** Least and most height over width. Default: [0.3, 3.3]. Range: (0, inf). */
    struct double_list ratio;
    /** What is written: one number, one per channel, or [] for normal noise (torchvision's "random"). Default: [0]. */
    struct double_list value;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has a wrong number of items or order. */
struct transform *random_erasing_create(const struct random_erasing_params *params, struct error *error);

/** Draws, given that it happens. */
void random_erasing_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                         struct random_erasing_draw *draw);

/** Does what was drawn. */
void random_erasing_apply_draw(const struct transform *transform, const struct random_erasing_draw *draw,
                               struct sample *sample);

#endif
