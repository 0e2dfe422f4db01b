/* to_dtype.c: another type of values. */
#include "components/transforms/to_dtype.h"

#include "engine/base/memory.h"
#include "engine/image/colour.h"

struct to_dtype {
    struct transform transform;
    struct to_dtype_params params;
};

static bool to_dtype_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                           struct error *error)
{
    const struct to_dtype_params *params = &((const struct to_dtype *)transform)->params;
    (void)rng;
    if (params->dtype == IMAGE_DTYPE_FLOAT32)
        return colour_to_float(&sample->image, params->scale, sample->arena, error);
    return colour_to_bytes(&sample->image, params->scale, sample->arena, error);
}

static bool to_dtype_defer(const struct transform *transform, struct sample *sample)
{
    const struct to_dtype_params *params = &((const struct to_dtype *)transform)->params;
    if (params->dtype != IMAGE_DTYPE_FLOAT32 || sample->image.dtype != DTYPE_U8 || sample->pending.to_float)
        return false;
    sample->pending = (struct value_map){.to_float = true, .scales = params->scale};
    return true;
}

static const struct transform_interface to_dtype_interface = {
    .apply = to_dtype_apply,
    .defer = to_dtype_defer,
    .destroy = transform_free,
};

struct transform *to_dtype_create(const struct to_dtype_params *params, struct error *error)
{
    (void)error;
    struct to_dtype *made = memory_allocate(1, sizeof *made);
    *made = (struct to_dtype){.transform.interface = &to_dtype_interface, .params = *params};
    return &made->transform;
}
