/*
 * cpu.c: max pooling and its gradient on any layout, sixteen channels at a time where they are neighbours, by all threads.
 *
 * The gradient gathers: each pixel of x asks the windows that hold it whether they took it, so that nothing is written twice.
 */
#include <math.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/max_pool2d/max_pool2d.h"
#include "engine/ops/value_view.h"

/* Sixteen numbers of taps. */
typedef uint8_t number_vector __attribute__((vector_size(VECTOR_LANES)));

/* One group of pixels in x and y; pixels are `lanes` apart. */
struct pool_group {
    const struct pool2d_attributes *pool;
    int64_t h, w, oh, ow;
    int64_t lanes;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The taps [first, end) of a window at `origin` that lie inside `size` pixels. */
struct taps {
    int64_t first, end;
};

static inline struct taps taps_inside(int64_t origin, int64_t kernel, int64_t size)
{
    return (struct taps){origin < 0 ? -origin : 0, size - origin < kernel ? size - origin : kernel};
}

/* One window of up to sixteen neighbouring channels. `x` is the group's first pixel, at the first of these channels. */
CPU_CLONES static void pool_window(const struct pool_group *group, struct numbers x, const int64_t origin[2],
                                   struct numbers y, uint8_t *taken, int lanes)
{
    const int *kernel = group->pool->kernel;
    struct taps rows = taps_inside(origin[0], kernel[0], group->h);
    struct taps columns = taps_inside(origin[1], kernel[1], group->w);
#define POOL(type, width)                                                                                              \
    {                                                                                                                  \
        vector largest = (vector){0} - INFINITY;                                                                       \
        vector_mask number = (vector_mask){0} + (int32_t)(rows.first * kernel[1] + columns.first);                     \
        for (int64_t i = rows.first; i < rows.end; i++)                                                                \
            for (int64_t j = columns.first; j < columns.end; j++) {                                                    \
                int64_t pixel = (origin[0] + i) * group->w + origin[1] + j;                                            \
                vector value;                                                                                          \
                VECTOR_READ(value, x.data, type, pixel * group->lanes, width);                                         \
                vector_mask better = (value > largest) + VECTOR_IS_NAN(value);                                         \
                largest = VECTOR_CHOOSE(better, value, largest);                                                       \
                number = (number & ~better) | (better & (int32_t)(i * kernel[1] + j));                                 \
            }                                                                                                          \
        VECTOR_WRITE(y.data, type, 0, largest, width);                                                                 \
        number_vector small = __builtin_convertvector(number, number_vector);                                          \
        memcpy(taken, &small, (size_t)(width));                                                                        \
    }
    VECTOR_CASES(POOL, x.dtype, lanes);
}

/* How many of a pixel's channels, from `lane` on, are taken together. */
static int lanes_from(const struct pool_group *group, int64_t lane)
{
    return (int)smaller(group->lanes - lane, VECTOR_LANES);
}

/* One row of y. */
static void pool_row(const struct pool_group *group, struct numbers x, int64_t row, struct numbers y, uint8_t *taken)
{
    const struct pool2d_attributes *pool = group->pool;
    for (int64_t column = 0; column < group->ow; column++) {
        int64_t origin[] = {row * pool->stride[0] - pool->padding[0], column * pool->stride[1] - pool->padding[1]};
        int64_t at = (row * group->ow + column) * group->lanes;
        for (int64_t lane = 0; lane < group->lanes; lane += VECTOR_LANES)
            pool_window(group, numbers_from(x, lane), origin, numbers_from(y, at + lane), taken + at + lane,
                        lanes_from(group, lane));
    }
}

/* Windows [first, end) that hold position `at`. */
static inline struct taps windows_over(int64_t at, int64_t kernel, int64_t stride, int64_t count)
{
    int64_t first = at < kernel ? 0 : (at - kernel) / stride + 1;
    return (struct taps){first, smaller(at / stride + 1, count)};
}

/* The gradient of up to sixteen neighbouring channels of one pixel of x. */
CPU_CLONES static void gather_pixel(const struct pool_group *group, struct numbers gradient, const uint8_t *taken,
                                    const int64_t at[2], struct numbers result, int lanes)
{
    const struct pool2d_attributes *pool = group->pool;
    struct taps rows = windows_over(at[0], pool->kernel[0], pool->stride[0], group->oh);
    struct taps columns = windows_over(at[1], pool->kernel[1], pool->stride[1], group->ow);
#define GATHER(type, width)                                                                                            \
    {                                                                                                                  \
        vector sum = {0};                                                                                              \
        for (int64_t i = rows.first; i < rows.end; i++)                                                                \
            for (int64_t j = columns.first; j < columns.end; j++) {                                                    \
                int64_t from = (i * group->ow + j) * group->lanes;                                                     \
                int64_t tap = (at[0] - i * pool->stride[0]) * pool->kernel[1] + at[1] - j * pool->stride[1];           \
                vector value;                                                                                          \
                number_vector small = {0};                                                                             \
                VECTOR_READ(value, gradient.data, type, from, width);                                                  \
                memcpy(&small, taken + from, (size_t)(width));                                                         \
                vector_mask number = __builtin_convertvector(small, vector_mask);                                      \
                sum += VECTOR_WHERE(number == (int32_t)tap, value);                                                    \
            }                                                                                                          \
        VECTOR_WRITE(result.data, type, 0, sum, width);                                                                \
    }
    VECTOR_CASES(GATHER, gradient.dtype, lanes);
}

/* One row of x. */
static void gather_row(const struct pool_group *group, struct numbers gradient, const uint8_t *taken, int64_t row,
                       struct numbers result)
{
    for (int64_t column = 0; column < group->w; column++) {
        int64_t at[] = {row + group->pool->padding[0], column + group->pool->padding[1]};
        struct numbers pixel = numbers_from(result, (row * group->w + column) * group->lanes);
        for (int64_t lane = 0; lane < group->lanes; lane += VECTOR_LANES)
            gather_pixel(group, numbers_from(gradient, lane), taken + lane, at, numbers_from(pixel, lane),
                         lanes_from(group, lane));
    }
}

static struct pool_group group_of(const struct pool2d_attributes *pool, const struct value *x_like,
                                  const struct value *y_like)
{
    const int64_t *x = x_like->shape.size, *y = y_like->shape.size;
    return (struct pool_group){pool, x[2], x[3], y[2], y[3], value_view(y_like).lanes};
}

static void pool_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct pool_group group = group_of(node->attributes, node->inputs[0], node->outputs[0]);
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    uint8_t *taken = run->outputs[1];
    int64_t groups = value_view(node->outputs[0]).groups;
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t i = 0; i < groups; i++)
        for (int64_t row = 0; row < group.oh; row++)
            pool_row(&group, numbers_from(x, i * group.h * group.w * group.lanes), row,
                     numbers_from(y, i * group.oh * group.ow * group.lanes),
                     taken + i * group.oh * group.ow * group.lanes);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    const struct max_pool2d_backward_attributes *attributes = node->attributes;
    struct pool_group group = group_of(&attributes->pool, node->outputs[0], node->inputs[0]);
    struct numbers gradient = input_numbers(instance, run, 0), result = output_numbers(instance, run, 0);
    const uint8_t *taken = run->inputs[1];
    int64_t groups = value_view(node->inputs[0]).groups;
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t i = 0; i < groups; i++)
        for (int64_t row = 0; row < group.h; row++)
            gather_row(&group, numbers_from(gradient, i * group.oh * group.ow * group.lanes),
                       taken + i * group.oh * group.ow * group.lanes, row,
                       numbers_from(result, i * group.h * group.w * group.lanes));
}

/* With neighbouring channels; in the plain layout the reference is as good. */
static bool supports(const struct node *node)
{
    return node_has_one_layout(node) && !node_is_plain(node);
}

const struct kernel max_pool2d_cpu = {.name = "cpu", .floats = FLOATS_F32_BF16, .supports = supports, .run = pool_run};
const struct kernel max_pool2d_backward_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = supports, .run = backward_run};
