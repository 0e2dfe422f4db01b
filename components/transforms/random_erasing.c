/* random_erasing.c: sometimes overwrites a rectangle of the image. */
#include "components/transforms/random_erasing.h"

#include <math.h>

#include "components/transforms/arguments.h"
#include "engine/base/memory.h"

struct random_erasing {
    struct transform transform;
    struct random_erasing_params params;
};

#define TRIAL_LIMIT 10

void random_erasing_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                         struct random_erasing_draw *draw)
{
    const struct random_erasing_params *params = &((const struct random_erasing *)transform)->params;
    const struct image *image = &sample->image;
    double low = log(params->ratio.items[0]), high = log(params->ratio.items[1]);
    for (int trial = 0; trial < TRIAL_LIMIT; trial++) {
        double area = (double)image->width * image->height;
        area *= rng_range(rng, params->scale.items[0], params->scale.items[1]);
        double shape = exp(rng_range(rng, low, high));
        draw->height = (int)nearbyint(sqrt(area * shape));
        draw->width = (int)nearbyint(sqrt(area / shape));
        if (draw->height >= image->height || draw->width >= image->width)
            continue;
        draw->top = (int)rng_below(rng, (uint32_t)(image->height - draw->height) + 1);
        draw->left = (int)rng_below(rng, (uint32_t)(image->width - draw->width) + 1);
        draw->noise = *rng;
        return;
    }
    *draw = (struct random_erasing_draw){.width = 0};
}

static void write_value(struct image *image, size_t at, float value)
{
    if (image->dtype == DTYPE_U8)
        image->bytes[at] = (uint8_t)fminf(fmaxf(value, 0.0f), 255.0f);
    else
        image->floats[at] = value;
}

void random_erasing_apply_draw(const struct transform *transform, const struct random_erasing_draw *draw,
                               struct sample *sample)
{
    const struct double_list *values = &((const struct random_erasing *)transform)->params.value;
    struct image *image = &sample->image;
    struct rng noise = draw->noise;
    for (int y = draw->top; y < draw->top + draw->height && draw->width > 0; y++) {
        size_t start = ((size_t)y * (size_t)image->width + (size_t)draw->left) * (size_t)image->channels;
        for (size_t i = 0; i < (size_t)draw->width * (size_t)image->channels; i++) {
            size_t channel = i % (size_t)image->channels;
            double value = values->count == 0 ? rng_normal(&noise) : values->items[channel % values->count];
            write_value(image, start + i, (float)value);
        }
    }
}

static bool random_erasing_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                 struct error *error)
{
    struct random_erasing_draw draw;
    (void)error;
    if (!arguments_happens(((const struct random_erasing *)transform)->params.p, rng))
        return true;
    random_erasing_draw(transform, sample, rng, &draw);
    random_erasing_apply_draw(transform, &draw, sample);
    return true;
}

static const struct transform_interface random_erasing_interface = {
    .apply = random_erasing_apply,
    .destroy = transform_free,
};

struct transform *random_erasing_create(const struct random_erasing_params *params, struct error *error)
{
    if (!arguments_check_range("scale", &params->scale, error) ||
        !arguments_check_range("ratio", &params->ratio, error) ||
        (params->value.count != 0 && !arguments_check_count("value", params->value.count, (size_t[]){1, 3, 0}, error)))
        return NULL;
    struct random_erasing *made = memory_allocate(1, sizeof *made);
    *made = (struct random_erasing){.transform.interface = &random_erasing_interface, .params = *params};
    return &made->transform;
}
