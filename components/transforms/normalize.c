/* normalize.c: mean 0 and deviation 1. */
#include "components/transforms/normalize.h"

#include "components/transforms/arguments.h"
#include "engine/base/memory.h"
#include "engine/image/colour.h"

struct normalize {
    struct transform transform;
    struct normalize_params params;
};

static bool has_channels(const struct normalize_params *params, size_t channels)
{
    return (params->mean.count == 1 || params->mean.count == channels) &&
           (params->std.count == 1 || params->std.count == channels);
}

static bool normalize_apply(const struct transform *transform, struct sample *sample, struct rng *rng,
                            struct error *error)
{
    const struct normalize_params *params = &((const struct normalize *)transform)->params;
    float mean[3], deviation[3];
    size_t channels = (size_t)sample->image.channels;
    (void)rng;
    if (sample->image.dtype != DTYPE_F32) {
        error_set(error, ERROR_DATA, "Normalize wants an image of floats, found bytes");
        return error_hint(error, "put ToDtype with dtype: float32, scale: true before Normalize");
    }
    if (!has_channels(params, channels))
        return error_set(error, ERROR_DATA,
                         "Normalize has %zu means and %zu deviations, and found an image of %zu channels",
                         params->mean.count, params->std.count, channels);
    arguments_fill(&params->mean, mean);
    arguments_fill(&params->std, deviation);
    colour_normalize(&sample->image, mean, deviation);
    return true;
}

static bool normalize_defer(const struct transform *transform, struct sample *sample)
{
    const struct normalize_params *params = &((const struct normalize *)transform)->params;
    struct value_map *pending = &sample->pending;
    if (!pending->to_float || pending->normalizes || !has_channels(params, (size_t)sample->image.channels))
        return false;
    pending->normalizes = true;
    arguments_fill(&params->mean, pending->mean);
    arguments_fill(&params->std, pending->deviation);
    return true;
}

static const struct transform_interface normalize_interface = {
    .apply = normalize_apply,
    .defer = normalize_defer,
    .destroy = transform_free,
};

struct transform *normalize_create(const struct normalize_params *params, struct error *error)
{
    if (!arguments_check_count("mean", params->mean.count, (size_t[]){1, 3, 0}, error) ||
        !arguments_check_count("std", params->std.count, (size_t[]){1, 3, 0}, error))
        return NULL;
    for (size_t i = 0; i < params->std.count; i++)
        if ((float)params->std.items[i] == 0.0f) {
            error_set(error, ERROR_CONFIG, "a standard deviation in 'std' is 0");
            return NULL;
        }
    struct normalize *made = memory_allocate(1, sizeof *made);
    *made = (struct normalize){.transform.interface = &normalize_interface, .params = *params};
    return &made->transform;
}
