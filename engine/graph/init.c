/* init.c: filling a parameter or buffer with its first value. */
#include "engine/graph/init.h"

#include <assert.h>
#include <math.h>

/* As torch.nn.init._calculate_fan_in_and_fan_out: weights are [out, in / groups, kh, kw] or [out, in]. */
static double shape_fan(const struct shape *shape, bool out)
{
    assert(shape->rank >= 2 && "a fan needs a weight of at least two dimensions");
    double fan = (double)shape->size[out ? 0 : 1];
    for (int i = 2; i < shape->rank; i++)
        fan *= (double)shape->size[i];
    return fan > 0 ? fan : 1;
}

static void fill_uniform(float *values, int64_t count, double low, double high, struct rng *rng)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (float)rng_range(rng, low, high);
}

static void fill_normal(float *values, int64_t count, double mean, double deviation, struct rng *rng)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (float)(mean + deviation * rng_normal(rng));
}

static void fill_constant(const struct tensor *tensor, double constant)
{
    int64_t count = shape_count(&tensor->shape);
    assert(tensor->dtype == DTYPE_F32 || tensor->dtype == DTYPE_I64 || tensor->dtype == DTYPE_I32);
    for (int64_t i = 0; i < count; i++)
        if (tensor->dtype == DTYPE_F32)
            ((float *)tensor->data)[i] = (float)constant;
        else if (tensor->dtype == DTYPE_I64)
            ((int64_t *)tensor->data)[i] = (int64_t)constant;
        else
            ((int32_t *)tensor->data)[i] = (int32_t)constant;
}

void init_fill(const struct init *init, const struct tensor *tensor, struct rng *rng)
{
    int64_t count = shape_count(&tensor->shape);
    assert(init->kind == INIT_CONSTANT || tensor->dtype == DTYPE_F32);
    switch (init->kind) {
    case INIT_CONSTANT:
        fill_constant(tensor, init->a);
        break;
    case INIT_UNIFORM:
        fill_uniform(tensor->data, count, init->a, init->b, rng);
        break;
    case INIT_NORMAL:
        fill_normal(tensor->data, count, init->a, init->b, rng);
        break;
    case INIT_KAIMING_NORMAL:
        fill_normal(tensor->data, count, 0, init->a / sqrt(shape_fan(&tensor->shape, init->b != 0)), rng);
        break;
    case INIT_XAVIER_UNIFORM: {
        double bound = init->a * sqrt(6 / (shape_fan(&tensor->shape, false) + shape_fan(&tensor->shape, true)));
        fill_uniform(tensor->data, count, -bound, bound, rng);
        break;
    }
    }
}
