/* color_jitter.h: ColorJitter. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_COLOR_JITTER_H
#define LRUN_COMPONENTS_TRANSFORMS_COLOR_JITTER_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/** What ColorJitter draws. A factor that is NAN: that change does not happen. */
struct color_jitter_draw {
    /** In which order: 0 brightness, 1 contrast, 2 saturation, 3 hue. */
    uint32_t order[4];
    /** Factors, numbered likewise. */
    double factors[4];
};

/** Changes brightness, contrast, saturation and hue at random, in random order. As torchvision.transforms.v2.ColorJitter. Name: ColorJitter. */
struct color_jitter_params {
    /** How much the brightness varies: x draws a factor from [max(0, 1 - x), 1 + x], [a, b] from there; []: not at all. Default: []. Range: [0, inf). */
    struct double_list brightness;
    /** How much the contrast varies: x draws a factor from [max(0, 1 - x), 1 + x], [a, b] from there; []: not at all. Default: []. Range: [0, inf). */
    struct double_list contrast;
    /** How much the saturation varies: x draws a factor from [max(0, 1 - x), 1 + x], [a, b] from there; []: not at all. Default: []. Range: [0, inf). */
    struct double_list saturation;
    /** How much the hue varies, in rounds of the colour circle: x draws from [-x, x], [a, b] from there; []: not at all. Default: []. Range: [-0.5, 0.5]. */
    struct double_list hue;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has more than two items, or is not [lowest, highest]. */
struct transform *color_jitter_create(const struct color_jitter_params *params, struct error *error);

/** Draws. */
void color_jitter_draw(const struct transform *transform, struct rng *rng, struct color_jitter_draw *draw);

/** Does what was drawn. */
void color_jitter_apply_draw(const struct color_jitter_draw *draw, struct sample *sample);

#endif
