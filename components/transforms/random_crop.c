/* random_crop.c: a random part of the image, of a given size. */
#include "components/transforms/random_crop.h"

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct random_crop {
    struct transform transform;
    struct random_crop_params params;
};

/* Where the crop may begin along an axis: `before` pixels are added on this side, `total` pixels are there in all. */
struct span {
    int before;
    int total;
};

static struct span axis_span(const struct random_crop_params *params, int image, int crop, int axis)
{
    int sides[4];
    arguments_padding(&params->padding, sides);
    struct span span = {.before = sides[axis], .total = image + sides[axis] + sides[axis + 2]};
    if (params->pad_if_needed && span.total < crop) {
        int missing = crop - span.total;
        span.before += missing;
        span.total += 2 * missing;
    }
    return span;
}

bool random_crop_draw(const struct transform *transform, const struct sample *sample, struct rng *rng,
                      struct random_crop_draw *draw, struct error *error)
{
    const struct random_crop_params *params = &((const struct random_crop *)transform)->params;
    int width = arguments_width(&params->size), height = arguments_height(&params->size);
    struct span x = axis_span(params, sample->image.width, width, 0);
    struct span y = axis_span(params, sample->image.height, height, 1);
    if (x.total < width || y.total < height) {
        error_set(error, ERROR_DATA, "RandomCrop wants an image of at least %d x %d pixels, found %d x %d", width,
                  height, x.total, y.total);
        return error_hint(error, "set pad_if_needed: true, or resize before");
    }
    draw->top = (int)rng_below(rng, (uint32_t)(y.total - height) + 1) - y.before;
    draw->left = (int)rng_below(rng, (uint32_t)(x.total - width) + 1) - x.before;
    return true;
}

bool random_crop_apply_draw(const struct transform *transform, const struct random_crop_draw *draw,
                            struct sample *sample, struct error *error)
{
    const struct random_crop_params *params = &((const struct random_crop *)transform)->params;
    struct window window = {.left = draw->left,
                            .top = draw->top,
                            .width = arguments_width(&params->size),
                            .height = arguments_height(&params->size),
                            .mode = params->padding_mode};
    arguments_fill(&params->fill, window.fill);
    return arguments_check_boxes(sample, params->padding_mode, error) &&
           sample_cut(sample, &window, arguments_mask_fill(&params->fill), error);
}

static bool random_crop_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                              struct error *error)
{
    struct random_crop_draw draw;
    return random_crop_draw(transform, sample, rng, &draw, error) &&
           random_crop_apply_draw(transform, &draw, sample, error);
}

static const struct transform_interface random_crop_interface = {
    .apply = random_crop_apply,
    .destroy = transform_free,
};

struct transform *random_crop_create(const struct random_crop_params *params, struct error *error)
{
    if (!arguments_check_size(&params->size, error) ||
        (params->padding.count != 0 &&
         !arguments_check_count("padding", params->padding.count, (size_t[]){1, 2, 4, 0}, error)) ||
        !arguments_check_fill(&params->fill, params->padding_mode, error))
        return NULL;
    struct random_crop *made = memory_allocate(1, sizeof *made);
    *made = (struct random_crop){.transform.interface = &random_crop_interface, .params = *params};
    return &made->transform;
}
