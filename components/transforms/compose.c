/* compose.c: one transform after the other. */
#include "components/transforms/compose.h"

#include "engine/base/memory.h"

struct compose {
    struct transform transform;
    struct compose_params params;
};

static bool compose_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                          struct error *error)
{
    const struct transform_list *list = &((const struct compose *)transform)->params.transforms;
    for (size_t i = 0; i < list->count; i++)
        if (!transform_apply(list->items[i], sample, rng, error))
            return false;
    return true;
}

static void compose_destroy(struct transform *transform)
{
    transform_list_finish(&((struct compose *)transform)->params.transforms);
    memory_free(transform);
}

static const struct transform_interface compose_interface = {
    .apply = compose_apply,
    .destroy = compose_destroy,
};

struct transform *compose_create(const struct compose_params *params, struct error *error)
{
    (void)error;
    struct compose *made = memory_allocate(1, sizeof *made);
    *made = (struct compose){.transform.interface = &compose_interface, .params = *params};
    return &made->transform;
}
