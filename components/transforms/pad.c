/* pad.c: pixels around the image. */
#include "components/transforms/pad.h"

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct pad {
    struct transform transform;
    struct pad_params params;
};

static bool pad_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error)
{
    const struct pad_params *params = &((const struct pad *)transform)->params;
    int sides[4];
    (void)rng;
    if (!arguments_check_boxes(sample, params->padding_mode, error))
        return false;
    arguments_padding(&params->padding, sides);
    struct window window = {.left = -sides[0],
                            .top = -sides[1],
                            .width = sample->image.width + sides[0] + sides[2],
                            .height = sample->image.height + sides[1] + sides[3],
                            .mode = params->padding_mode};
    arguments_fill(&params->fill, window.fill);
    return sample_cut(sample, &window, arguments_mask_fill(&params->fill), error);
}

static const struct transform_interface pad_interface = {
    .apply = pad_apply,
    .destroy = transform_free,
};

struct transform *pad_create(const struct pad_params *params, struct error *error)
{
    if (!arguments_check_count("padding", params->padding.count, (size_t[]){1, 2, 4, 0}, error) ||
        !arguments_check_fill(&params->fill, params->padding_mode, error))
        return NULL;
    struct pad *made = memory_allocate(1, sizeof *made);
    *made = (struct pad){.transform.interface = &pad_interface, .params = *params};
    return &made->transform;
}
