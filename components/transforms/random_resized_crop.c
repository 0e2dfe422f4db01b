/* random_resized_crop.c: a random part of the image, resized. */
#include "components/transforms/random_resized_crop.h"

#include <math.h>

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct random_resized_crop {
    struct transform transform;
    struct random_resized_crop_params params;
};

/* Ten draws of area and shape that may not fit; then the middle, of the nearest shape that is allowed. */
#define TRIAL_LIMIT 10

static void draw_middle(const struct random_resized_crop_params *params, const struct image *image,
                        struct random_resized_crop_draw *draw)
{
    double shape = (double)image->width / image->height;
    draw->width = image->width;
    draw->height = image->height;
    if (shape < params->ratio.items[0])
        draw->height = (int)nearbyint(image->width / params->ratio.items[0]);
    else if (shape > params->ratio.items[1])
        draw->width = (int)nearbyint(image->height * params->ratio.items[1]);
    draw->left = (image->width - draw->width) / 2;
    draw->top = (image->height - draw->height) / 2;
}

void random_resized_crop_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                              struct random_resized_crop_draw *draw)
{
    const struct random_resized_crop_params *params = &((const struct random_resized_crop *)transform)->params;
    const struct image *image = &sample->image;
    double low = log(params->ratio.items[0]), high = log(params->ratio.items[1]);
    for (int trial = 0; trial < TRIAL_LIMIT; trial++) {
        double area = (double)image->width * image->height;
        area *= rng_range(rng, params->scale.items[0], params->scale.items[1]);
        double shape = exp(rng_range(rng, low, high));
        draw->width = (int)nearbyint(sqrt(area * shape));
        draw->height = (int)nearbyint(sqrt(area / shape));
        if (draw->width < 1 || draw->width > image->width || draw->height < 1 || draw->height > image->height)
            continue;
        draw->top = (int)rng_below(rng, (uint32_t)(image->height - draw->height) + 1);
        draw->left = (int)rng_below(rng, (uint32_t)(image->width - draw->width) + 1);
        return;
    }
    draw_middle(params, image, draw);
}

bool random_resized_crop_apply_draw(const struct transform *transform, const struct random_resized_crop_draw *draw,
                                    struct sample *sample, struct error *error)
{
    const struct random_resized_crop_params *params = &((const struct random_resized_crop *)transform)->params;
    struct window window = {.left = draw->left, .top = draw->top, .width = draw->width, .height = draw->height};
    struct resample_options options = {.width = arguments_width(&params->size),
                                       .height = arguments_height(&params->size),
                                       .interpolation = params->interpolation,
                                       .antialias = params->antialias};
    return sample_cut(sample, &window, 0.0f, error) && sample_resize(sample, &options, error);
}

static bool random_resized_crop_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                      struct error *error)
{
    struct random_resized_crop_draw draw;
    random_resized_crop_draw(transform, sample, rng, &draw);
    return random_resized_crop_apply_draw(transform, &draw, sample, error);
}

static const struct transform_interface random_resized_crop_interface = {
    .apply = random_resized_crop_apply,
    .destroy = transform_free,
};

struct transform *random_resized_crop_create(const struct random_resized_crop_params *params, struct error *error)
{
    if (!arguments_check_size(&params->size, error) || !arguments_check_range("scale", &params->scale, error) ||
        !arguments_check_range("ratio", &params->ratio, error))
        return NULL;
    struct random_resized_crop *made = memory_allocate(1, sizeof *made);
    *made = (struct random_resized_crop){.transform.interface = &random_resized_crop_interface, .params = *params};
    return &made->transform;
}
