/* clamp_bounding_boxes.c: cuts boxes at the borders. */
#include "components/transforms/clamp_bounding_boxes.h"

#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct clamp_bounding_boxes {
    struct transform transform;
    struct clamp_bounding_boxes_params params;
};

static bool clamp_bounding_boxes_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                       struct error *error)
{
    (void)transform;
    (void)rng;
    (void)error;
    sample_clamp_boxes(sample);
    return true;
}

static const struct transform_interface clamp_bounding_boxes_interface = {
    .apply = clamp_bounding_boxes_apply,
    .destroy = transform_free,
};

struct transform *clamp_bounding_boxes_create(const struct clamp_bounding_boxes_params *params, struct error *error)
{
    (void)error;
    struct clamp_bounding_boxes *made = memory_allocate(1, sizeof *made);
    *made = (struct clamp_bounding_boxes){.transform.interface = &clamp_bounding_boxes_interface, .params = *params};
    return &made->transform;
}
