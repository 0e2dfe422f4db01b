/* random_zoom_out.c: sometimes a larger canvas with the image somewhere on it. */
#include "components/transforms/random_zoom_out.h"

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct random_zoom_out {
    struct transform transform;
    struct random_zoom_out_params params;
};

void random_zoom_out_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                          struct random_zoom_out_draw *draw)
{
    const struct random_zoom_out_params *params = &((const struct random_zoom_out *)transform)->params;
    const struct image *image = &sample->image;
    float least = (float)params->side_range.items[0];
    float range = (float)(params->side_range.items[1] - params->side_range.items[0]);
    float factor = least + rng_uniform(rng) * range;
    int added[2] = {(int)((float)image->width * factor) - image->width,
                    (int)((float)image->height * factor) - image->height};
    for (int axis = 0; axis < 2; axis++) {
        draw->padding[axis] = (int)((float)added[axis] * rng_uniform(rng));
        draw->padding[axis + 2] = added[axis] - draw->padding[axis];
    }
}

bool random_zoom_out_apply_draw(const struct transform *transform, const struct random_zoom_out_draw *draw,
                                struct sample *sample, struct error *error)
{
    const struct random_zoom_out_params *params = &((const struct random_zoom_out *)transform)->params;
    struct window window = {.left = -draw->padding[0],
                            .top = -draw->padding[1],
                            .width = sample->image.width + draw->padding[0] + draw->padding[2],
                            .height = sample->image.height + draw->padding[1] + draw->padding[3]};
    arguments_fill(&params->fill, window.fill);
    return sample_cut(sample, &window, arguments_mask_fill(&params->fill), error);
}

static bool random_zoom_out_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                  struct error *error)
{
    const struct random_zoom_out_params *params = &((const struct random_zoom_out *)transform)->params;
    struct random_zoom_out_draw draw;
    if (!arguments_happens(params->p, rng))
        return true;
    random_zoom_out_draw(transform, sample, rng, &draw);
    return random_zoom_out_apply_draw(transform, &draw, sample, error);
}

static const struct transform_interface random_zoom_out_interface = {
    .apply = random_zoom_out_apply,
    .destroy = transform_free,
};

struct transform *random_zoom_out_create(const struct random_zoom_out_params *params, struct error *error)
{
    if (!arguments_check_fill(&params->fill, PADDING_MODE_CONSTANT, error) ||
        !arguments_check_range("side_range", &params->side_range, error))
        return NULL;
    struct random_zoom_out *made = memory_allocate(1, sizeof *made);
    *made = (struct random_zoom_out){.transform.interface = &random_zoom_out_interface, .params = *params};
    return &made->transform;
}
