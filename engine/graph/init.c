/* init.c: filling a parameter or buffer with its first value. */
#include "engine/graph/init.h"

#include <assert.h>
#include <math.h>

#include "engine/base/clones.h"
#include "engine/base/normal.h"
#include "engine/tensor/numbers.h"

/* Values drawn at once; a multiple of a block of draws. */
#define PIECE 512

/* As torch.nn.init._calculate_fan_in_and_fan_out: weights are [out, in / groups, kh, kw] or [out, in]. */
static double shape_fan(const struct shape *shape, bool out)
{
    assert(shape->rank >= 2 && "a fan needs a weight of at least two dimensions");
    double fan = (double)shape->size[out ? 0 : 1];
    for (int i = 2; i < shape->rank; i++)
        fan *= (double)shape->size[i];
    return fan > 0 ? fan : 1;
}

/* Numbers of one stream: which, and how they are spread. */
struct spread {
    const struct rng *stream;
    bool normal;
    /* Mean and deviation, or bounds. */
    double a, b;
};

HOT_LOOP static void spread_normals(const double *restrict normals, int64_t count, double mean, double deviation,
                                    float *restrict values)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (float)(mean + deviation * normals[i]);
}

HOT_LOOP static void spread_uniforms(const uint32_t *restrict draws, int64_t count, double low, double high,
                                     float *restrict values)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = (float)(low + (high - low) * ((draws[i] >> 8) * 0x1p-24));
}

/* Values `begin` to `begin + count` as float32, which begin with a block of draws. */
static void draw_piece(const struct spread *spread, int64_t begin, int64_t count, float *values)
{
    uint32_t draws[2 * PIECE];
    double normals[PIECE];
    int64_t per_block = spread->normal ? 2 : 4;
    rng_draw_blocks(spread->stream, (uint64_t)(begin / per_block), (size_t)((count + per_block - 1) / per_block),
                    draws);
    if (!spread->normal) {
        spread_uniforms(draws, count, spread->a, spread->b, values);
        return;
    }
    normals_from_bits(draws, (size_t)count, normals);
    spread_normals(normals, count, spread->a, spread->b, values);
}

static void fill_piece(const struct spread *spread, int64_t begin, int64_t count, struct numbers values)
{
    float drawn[PIECE];
    if (values.dtype == DTYPE_F32) {
        draw_piece(spread, begin, count, (float *)values.data + begin);
        return;
    }
    draw_piece(spread, begin, count, drawn);
    for (int64_t i = 0; i < count; i++)
        numbers_set(values, begin + i, drawn[i]);
}

/* Each value is a function of its number, so that it does not matter which thread draws it. */
static void fill_spread(const struct spread *spread, const struct tensor *tensor)
{
    int64_t count = shape_count(&tensor->shape);
    struct numbers values = {tensor->data, tensor->dtype};
#pragma omp for schedule(dynamic, 32) nowait
    for (int64_t begin = 0; begin < count; begin += PIECE)
        fill_piece(spread, begin, count - begin < PIECE ? count - begin : PIECE, values);
}

static void fill_constant(const struct tensor *tensor, double constant)
{
    int64_t count = shape_count(&tensor->shape);
    assert(dtype_is_float(tensor->dtype) || tensor->dtype == DTYPE_I64 || tensor->dtype == DTYPE_I32);
#pragma omp for schedule(static) nowait
    for (int64_t i = 0; i < count; i++)
        if (dtype_is_float(tensor->dtype))
            numbers_set((struct numbers){tensor->data, tensor->dtype}, i, (float)constant);
        else if (tensor->dtype == DTYPE_I64)
            ((int64_t *)tensor->data)[i] = (int64_t)constant;
        else
            ((int32_t *)tensor->data)[i] = (int32_t)constant;
}

void init_fill(const struct init *init, const struct tensor *tensor, const struct rng *stream)
{
    assert(init->kind == INIT_CONSTANT || dtype_is_float(tensor->dtype));
    struct spread spread = {.stream = stream, .a = init->a, .b = init->b};
    switch (init->kind) {
    case INIT_CONSTANT:
        fill_constant(tensor, init->a);
        return;
    case INIT_UNIFORM:
        break;
    case INIT_NORMAL:
        spread.normal = true;
        break;
    case INIT_KAIMING_NORMAL:
        spread.normal = true;
        spread.a = 0;
        spread.b = init->a / sqrt(shape_fan(&tensor->shape, init->b != 0));
        break;
    case INIT_XAVIER_UNIFORM:
        spread.b = init->a * sqrt(6 / (shape_fan(&tensor->shape, false) + shape_fan(&tensor->shape, true)));
        spread.a = -spread.b;
        break;
    }
    fill_spread(&spread, tensor);
}
