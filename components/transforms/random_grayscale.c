/* random_grayscale.c: sometimes a grey image. */
#include "components/transforms/random_grayscale.h"

#include "components/transforms/arguments.h"
#include "engine/base/memory.h"
#include "engine/image/colour.h"

struct random_grayscale {
    struct transform transform;
    struct random_grayscale_params params;
};

static bool random_grayscale_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                   struct error *error)
{
    (void)error;
    if (arguments_happens(((const struct random_grayscale *)transform)->params.p, rng))
        colour_to_grey(&sample->image);
    return true;
}

static const struct transform_interface random_grayscale_interface = {
    .apply = random_grayscale_apply,
    .destroy = transform_free,
};

struct transform *random_grayscale_create(const struct random_grayscale_params *params, struct error *error)
{
    (void)error;
    struct random_grayscale *made = memory_allocate(1, sizeof *made);
    *made = (struct random_grayscale){.transform.interface = &random_grayscale_interface, .params = *params};
    return &made->transform;
}
