/* random_horizontal_flip.c: sometimes mirrors the image. */
#include "components/transforms/random_horizontal_flip.h"

#include "components/transforms/arguments.h"
#include "components/transforms/sample_geometry.h"
#include "engine/base/memory.h"

struct random_horizontal_flip {
    struct transform transform;
    struct random_horizontal_flip_params params;
};

static bool random_horizontal_flip_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                                         struct error *error)
{
    (void)error;
    if (arguments_happens(((const struct random_horizontal_flip *)transform)->params.p, rng))
        sample_flip_horizontal(sample);
    return true;
}

static const struct transform_interface random_horizontal_flip_interface = {
    .apply = random_horizontal_flip_apply,
    .destroy = transform_free,
};

struct transform *random_horizontal_flip_create(const struct random_horizontal_flip_params *params, struct error *error)
{
    (void)error;
    struct random_horizontal_flip *made = memory_allocate(1, sizeof *made);
    *made =
        (struct random_horizontal_flip){.transform.interface = &random_horizontal_flip_interface, .params = *params};
    return &made->transform;
}
