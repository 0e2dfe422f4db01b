/* grayscale.c: a grey image. */
#include "components/transforms/grayscale.h"

#include "engine/base/memory.h"
#include "engine/image/colour.h"

struct grayscale {
    struct transform transform;
    struct grayscale_params params;
};

static bool grayscale_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                            struct error *error)
{
    const struct grayscale_params *params = &((const struct grayscale *)transform)->params;
    struct image *image = &sample->image;
    (void)rng;
    if (params->num_output_channels == 1)
        return colour_to_grey_channel(image, sample->arena, image, error);
    if (image->channels == 1)
        return colour_repeat_channel(image, sample->arena, error);
    colour_to_grey(image);
    return true;
}

static const struct transform_interface grayscale_interface = {
    .apply = grayscale_apply,
    .destroy = transform_free,
};

struct transform *grayscale_create(const struct grayscale_params *params, struct error *error)
{
    if (params->num_output_channels == 2) {
        error_set(error, ERROR_CONFIG, "wanted num_output_channels to be 1 or 3, found 2");
        return NULL;
    }
    struct grayscale *made = memory_allocate(1, sizeof *made);
    *made = (struct grayscale){.transform.interface = &grayscale_interface, .params = *params};
    return &made->transform;
}
