/* color_jitter.c: random changes of colour in random order. */
#include "components/transforms/color_jitter.h"

#include <math.h>
#include <string.h>

#include "components/transforms/arguments.h"
#include "engine/base/memory.h"
#include "engine/image/colour.h"

/* The range that a factor is drawn from; none when it never changes anything. */
struct factor_range {
    bool drawn;
    double low;
    double high;
};

struct color_jitter {
    struct transform transform;
    struct factor_range ranges[4];
};

void color_jitter_draw(const struct transform *transform, struct rng *rng, struct color_jitter_draw *draw)
{
    const struct color_jitter *jitter = (const struct color_jitter *)transform;
    rng_permutation(rng, draw->order, 4);
    for (int i = 0; i < 4; i++) {
        const struct factor_range *range = &jitter->ranges[i];
        draw->factors[i] = range->drawn ? rng_range(rng, range->low, range->high) : (double)NAN;
    }
}

void color_jitter_apply_draw(const struct color_jitter_draw *draw, struct sample *sample)
{
    static void (*const adjust[4])(struct image * image, double factor) = {
        colour_adjust_brightness, colour_adjust_contrast, colour_adjust_saturation, colour_adjust_hue};
    for (int i = 0; i < 4; i++) {
        uint32_t which = draw->order[i];
        if (!isnan(draw->factors[which]))
            adjust[which](&sample->image, draw->factors[which]);
    }
}

static bool color_jitter_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                               struct error *error)
{
    struct color_jitter_draw draw;
    (void)error;
    color_jitter_draw(transform, rng, &draw);
    color_jitter_apply_draw(&draw, sample);
    return true;
}

static const struct transform_interface color_jitter_interface = {
    .apply = color_jitter_apply,
    .destroy = transform_free,
};

/* One number spreads around `center`, never below `lowest`; two are the range. A range of only `center` changes nothing. */
static bool read_range(const char *name, const struct double_list *list, double center, struct factor_range *range,
                       struct error *error)
{
    double lowest = center - 1.0;
    if (list->count == 0)
        return true;
    if (list->count == 1) {
        if (list->items[0] < 0.0)
            return error_set(error, ERROR_CONFIG, "wanted '%s' to be at least 0, found %g", name, list->items[0]);
        range->low = fmax(center - list->items[0], lowest);
        range->high = center + list->items[0];
    } else {
        if (!arguments_check_range(name, list, error))
            return false;
        range->low = list->items[0];
        range->high = list->items[1];
    }
    range->drawn = range->low != center || range->high != center;
    return true;
}

struct transform *color_jitter_create(const struct color_jitter_params *params, struct error *error)
{
    struct factor_range ranges[4] = {{.drawn = false}};
    if (!read_range("brightness", &params->brightness, 1.0, &ranges[0], error) ||
        !read_range("contrast", &params->contrast, 1.0, &ranges[1], error) ||
        !read_range("saturation", &params->saturation, 1.0, &ranges[2], error) ||
        !read_range("hue", &params->hue, 0.0, &ranges[3], error))
        return NULL;
    struct color_jitter *jitter = memory_allocate(1, sizeof *jitter);
    jitter->transform.interface = &color_jitter_interface;
    memcpy(jitter->ranges, ranges, sizeof ranges);
    return &jitter->transform;
}
