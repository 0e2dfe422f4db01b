/* random_invert.c: sometimes inverts the colours. */
#include "docs/example/random_invert.h"

#include "components/transforms/arguments.h"
#include "engine/base/memory.h"

struct random_invert {
    struct transform transform;
    struct random_invert_params params;
};

static bool random_invert_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                struct error *error)
{
    const struct random_invert *invert = (const struct random_invert *)transform;
    struct image *image = &sample->image;
    if (image->dtype != DTYPE_U8)
        return error_set(error, ERROR_DATA, "RandomInvert wants an image of bytes, as before ToDtype");
    if (!arguments_happens(invert->params.p, rng))
        return true;
    for (size_t i = 0; i < image_count(image); i++)
        image->bytes[i] = 255 - image->bytes[i];
    return true;
}

static const struct transform_interface random_invert_interface = {
    .apply = random_invert_apply,
    .destroy = transform_free,
};

struct transform *random_invert_create(const struct random_invert_params *params, struct error *error)
{
    (void)error;
    struct random_invert *made = memory_allocate(1, sizeof *made);
    *made = (struct random_invert){.transform.interface = &random_invert_interface, .params = *params};
    return &made->transform;
}
