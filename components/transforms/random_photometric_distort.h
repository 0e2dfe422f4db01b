/* random_photometric_distort.h: RandomPhotometricDistort. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_PHOTOMETRIC_DISTORT_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_PHOTOMETRIC_DISTORT_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/** What RandomPhotometricDistort draws. A factor that is NAN: that change does not happen. */
struct random_photometric_distort_draw {
    double brightness;
    double contrast;
    double saturation;
    double hue;
    /** Contrast comes second, not second to last. */
    bool contrast_before;
    bool permutes;
    int permutation[3];
};

/** Changes colours at random, as SSD was trained with: brightness, contrast, saturation, hue, order of the channels. As
 * torchvision.transforms.v2.RandomPhotometricDistort. Name: RandomPhotometricDistort. */
struct random_photometric_distort_params {
    /** Least and most factor of the brightness. Default: [0.875, 1.125]. Range: [0, inf). */
    struct double_list brightness;
    /** Least and most factor of the contrast. Default: [0.5, 1.5]. Range: [0, inf). */
    struct double_list contrast;
    /** Least and most factor of the saturation. Default: [0.5, 1.5]. Range: [0, inf). */
    struct double_list saturation;
    /** Least and most turn of the colour circle, in rounds. Default: [-0.05, 0.05]. Range: [-0.5, 0.5]. */
    struct double_list hue;
    /** Probability of each of the changes. Default: 0.5. Range: [0, 1]. */
    double p;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list is not [lowest, highest]. */
struct transform *random_photometric_distort_create(const struct random_photometric_distort_params *params,
                                                    struct error *error);

/** Draws. */
void random_photometric_distort_draw(const struct transform *transform, struct rng *rng,
                                     struct random_photometric_distort_draw *draw);

/** Does what was drawn. */
void random_photometric_distort_apply_draw(const struct random_photometric_distort_draw *draw, struct sample *sample);

#endif
