/* random_zoom_out.h: RandomZoomOut. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_RANDOM_ZOOM_OUT_H
#define LRUN_COMPONENTS_TRANSFORMS_RANDOM_ZOOM_OUT_H

#include "components/transforms/transform.h"
#include "engine/base/params.h"

/** What RandomZoomOut draws: pixels added at the left, top, right and bottom. */
struct random_zoom_out_draw {
    int padding[4];
};

/** Sometimes puts the image at a random place of a larger canvas. As torchvision.transforms.v2.RandomZoomOut. Name: RandomZoomOut. */
struct random_zoom_out_params {
    /** Value of the new pixels, of all channels or one per channel. Default: [0]. */
    struct double_list fill;
    /** Least and most that the canvas is larger than the image. Default: [1, 4]. Range: [1, inf). */
    struct double_list side_range;
    /** Probability that it happens. Default: 0.5. Range: [0, 1]. */
    double p;
};

/** Makes the transform. Fails with ERROR_CONFIG when a list has a wrong number of items or order. */
struct transform *random_zoom_out_create(const struct random_zoom_out_params *params, struct error *error);

/** Draws, given that it happens. */
void random_zoom_out_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                          struct random_zoom_out_draw *draw);

/** Does what was drawn. */
bool random_zoom_out_apply_draw(const struct transform *transform, const struct random_zoom_out_draw *draw,
                                struct sample *sample, struct error *error);

#endif
