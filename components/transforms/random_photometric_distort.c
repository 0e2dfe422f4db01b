/* random_photometric_distort.c: random changes of colour. */
#include "components/transforms/random_photometric_distort.h"

#include <math.h>

#include "components/transforms/arguments.h"
#include "engine/base/memory.h"
#include "engine/image/colour.h"

struct random_photometric_distort {
    struct transform transform;
    struct random_photometric_distort_params params;
};

static double draw_factor(const struct double_list *range, double p, struct rng *rng)
{
    return arguments_happens(p, rng) ? rng_range(rng, range->items[0], range->items[1]) : (double)NAN;
}

void random_photometric_distort_draw(const struct transform *transform, struct rng *rng,
                                     struct random_photometric_distort_draw *draw)
{
    const struct random_photometric_distort_params *params =
        &((const struct random_photometric_distort *)transform)->params;
    uint32_t permutation[3];
    draw->brightness = draw_factor(&params->brightness, params->p, rng);
    draw->contrast = draw_factor(&params->contrast, params->p, rng);
    draw->saturation = draw_factor(&params->saturation, params->p, rng);
    draw->hue = draw_factor(&params->hue, params->p, rng);
    draw->contrast_before = arguments_happens(0.5, rng);
    draw->permutes = arguments_happens(params->p, rng);
    rng_permutation(rng, permutation, 3);
    for (int channel = 0; channel < 3; channel++)
        draw->permutation[channel] = (int)permutation[channel];
}

void random_photometric_distort_apply_draw(const struct random_photometric_distort_draw *draw, struct sample *sample)
{
    struct image *image = &sample->image;
    bool changes_contrast = !isnan(draw->contrast);
    if (!isnan(draw->brightness))
        colour_adjust_brightness(image, draw->brightness);
    if (changes_contrast && draw->contrast_before)
        colour_adjust_contrast(image, draw->contrast);
    if (!isnan(draw->saturation))
        colour_adjust_saturation(image, draw->saturation);
    if (!isnan(draw->hue))
        colour_adjust_hue(image, draw->hue);
    if (changes_contrast && !draw->contrast_before)
        colour_adjust_contrast(image, draw->contrast);
    if (draw->permutes)
        colour_permute_channels(image, draw->permutation);
}

static bool random_photometric_distort_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                             struct error *error)
{
    struct random_photometric_distort_draw draw;
    (void)error;
    random_photometric_distort_draw(transform, rng, &draw);
    random_photometric_distort_apply_draw(&draw, sample);
    return true;
}

static const struct transform_interface random_photometric_distort_interface = {
    .apply = random_photometric_distort_apply,
    .destroy = transform_free,
};

struct transform *random_photometric_distort_create(const struct random_photometric_distort_params *params,
                                                    struct error *error)
{
    if (!arguments_check_range("brightness", &params->brightness, error) ||
        !arguments_check_range("contrast", &params->contrast, error) ||
        !arguments_check_range("saturation", &params->saturation, error) ||
        !arguments_check_range("hue", &params->hue, error))
        return NULL;
    struct random_photometric_distort *made = memory_allocate(1, sizeof *made);
    *made = (struct random_photometric_distort){.transform.interface = &random_photometric_distort_interface,
                                                .params = *params};
    return &made->transform;
}
