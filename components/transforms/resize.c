/* resize.c: the image at another size. */
#include "components/transforms/resize.h"

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct resize {
    struct transform transform;
    struct resize_params params;
};

/* The output's size, as torchvision's _compute_resized_output_size. */
static struct resample_options resize_options(const struct resize_params *params, int width, int height)
{
    struct resample_options options = {.width = arguments_width(&params->size),
                                       .height = arguments_height(&params->size),
                                       .interpolation = params->interpolation,
                                       .antialias = params->antialias};
    if (params->size.count == 2)
        return options;
    int64_t shorter = width <= height ? width : height, longer = width <= height ? height : width;
    int64_t new_shorter = params->size.items[0];
    int64_t new_longer = (int64_t)((double)(new_shorter * longer) / (double)shorter);
    if (params->max_size != NULL && new_longer > *params->max_size) {
        new_shorter = (int64_t)((double)(*params->max_size * new_shorter) / (double)new_longer);
        new_longer = *params->max_size;
    }
    options.width = (int)(width <= height ? new_shorter : new_longer);
    options.height = (int)(width <= height ? new_longer : new_shorter);
    return options;
}

static bool resize_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error)
{
    const struct resize_params *params = &((const struct resize *)transform)->params;
    struct resample_options options = resize_options(params, sample->image.width, sample->image.height);
    (void)rng;
    return sample_resize(sample, &options, error);
}

static const struct transform_interface resize_interface = {
    .apply = resize_apply,
    .destroy = transform_free,
};

struct transform *resize_create(const struct resize_params *params, struct error *error)
{
    if (!arguments_check_size(&params->size, error))
        return NULL;
    if (params->max_size != NULL && (params->size.count != 1 || *params->max_size <= params->size.items[0])) {
        error_set(error, ERROR_CONFIG, "max_size wants a size of one number below it");
        return NULL;
    }
    struct resize *made = memory_allocate(1, sizeof *made);
    *made = (struct resize){.transform.interface = &resize_interface, .params = *params};
    return &made->transform;
}
