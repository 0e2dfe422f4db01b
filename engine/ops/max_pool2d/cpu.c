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

typedef uint64_t number_words __attribute__((vector_size(VECTOR_LANES)));

/* The first `width` of sixteen numbers, the others 0; half of them as a word, not through memory. */
#define NUMBERS_READ(result, from, width)                                                                              \
    do {                                                                                                               \
        uint64_t word = 0;                                                                                             \
        (result) = (number_vector){0};                                                                                 \
        if ((width) == VECTOR_LANES / 2) {                                                                             \
            memcpy(&word, (from), sizeof word);                                                                        \
            (result) = (number_vector)(number_words){word, 0};                                                         \
        } else {                                                                                                       \
            memcpy(&(result), (from), (size_t)(width));                                                                \
        }                                                                                                              \
    } while (0)

#define NUMBERS_WRITE(to, value, width)                                                                                \
    do {                                                                                                               \
        uint64_t word = ((number_words)(value))[0];                                                                    \
        if ((width) == VECTOR_LANES / 2)                                                                               \
            memcpy((to), &word, sizeof word);                                                                          \
        else                                                                                                           \
            memcpy((to), &(value), (size_t)(width));                                                                   \
    } while (0)

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

/* One row of y: up to sixteen neighbouring channels of each of its windows. Arrays begin at the first of these channels. */
CPU_CLONES static void pool_strip(const struct pool_group *group, struct numbers x, int64_t row, struct numbers y,
                                  uint8_t *taken, int lanes)
{
    const struct pool2d_attributes *pool = group->pool;
    int64_t top = row * pool->stride[0] - pool->padding[0], columns_of_kernel = pool->kernel[1];
    struct taps rows = taps_inside(top, pool->kernel[0], group->h);
#define POOL(type, width)                                                                                              \
    for (int64_t column = 0; column < group->ow; column++) {                                                           \
        int64_t left = column * pool->stride[1] - pool->padding[1];                                                    \
        struct taps columns = taps_inside(left, columns_of_kernel, group->w);                                          \
        vector largest = (vector){0} - INFINITY;                                                                       \
        vector_mask number = (vector_mask){0} + (int32_t)(rows.first * columns_of_kernel + columns.first);             \
        for (int64_t i = rows.first; i < rows.end; i++)                                                                \
            for (int64_t j = columns.first; j < columns.end; j++) {                                                    \
                vector value;                                                                                          \
                VECTOR_READ(value, x.data, type, ((top + i) * group->w + left + j) * group->lanes, width);             \
                vector_mask better = (value > largest) + VECTOR_IS_NAN(value);                                         \
                largest = VECTOR_CHOOSE(better, value, largest);                                                       \
                number = (number & ~better) | (better & (int32_t)(i * columns_of_kernel + j));                         \
            }                                                                                                          \
        int64_t at = (row * group->ow + column) * group->lanes;                                                        \
        VECTOR_WRITE(y.data, type, at, largest, width);                                                                \
        number_vector small = __builtin_convertvector(number, number_vector);                                          \
        NUMBERS_WRITE(taken + at, small, width);                                                                       \
    }
    VECTOR_CASES(POOL, x.dtype, lanes);
}

/* How many of a pixel's channels, from `lane` on, are taken together. */
static int lanes_from(const struct pool_group *group, int64_t lane)
{
    return (int)smaller(group->lanes - lane, VECTOR_LANES);
}

static void pool_row(const struct pool_group *group, struct numbers x, int64_t row, struct numbers y, uint8_t *taken)
{
    for (int64_t lane = 0; lane < group->lanes; lane += VECTOR_LANES)
        pool_strip(group, numbers_from(x, lane), row, numbers_from(y, lane), taken + lane, lanes_from(group, lane));
}

/* Windows [first, end) that hold position `at`. */
static inline struct taps windows_over(int64_t at, int64_t kernel, int64_t stride, int64_t count)
{
    int64_t first = at < kernel ? 0 : (at - kernel) / stride + 1;
    return (struct taps){first, smaller(at / stride + 1, count)};
}

/* The gradient of one row of x: up to sixteen neighbouring channels of each of its pixels. */
CPU_CLONES static void gather_strip(const struct pool_group *group, struct numbers gradient, const uint8_t *taken,
                                    int64_t row, struct numbers result, int lanes)
{
    const struct pool2d_attributes *pool = group->pool;
    int64_t y = row + pool->padding[0], stride = pool->stride[1], columns_of_kernel = pool->kernel[1];
    struct taps rows = windows_over(y, pool->kernel[0], pool->stride[0], group->oh);
    struct taps columns = windows_over(pool->padding[1], columns_of_kernel, stride, group->ow);
#define GATHER(type, width)                                                                                            \
    for (int64_t column = 0; column < group->w; column++) {                                                            \
        int64_t x = column + pool->padding[1];                                                                         \
        columns.first += columns.first * stride + columns_of_kernel <= x;                                              \
        columns.end += columns.end < group->ow && columns.end * stride <= x;                                           \
        vector sum = {0};                                                                                              \
        for (int64_t i = rows.first; i < rows.end; i++)                                                                \
            for (int64_t j = columns.first; j < columns.end; j++) {                                                    \
                int64_t from = (i * group->ow + j) * group->lanes;                                                     \
                int64_t tap = (y - i * pool->stride[0]) * columns_of_kernel + x - j * stride;                          \
                vector value;                                                                                          \
                number_vector small;                                                                                   \
                VECTOR_READ(value, gradient.data, type, from, width);                                                  \
                NUMBERS_READ(small, taken + from, width);                                                              \
                vector_mask number =                                                                                   \
                    __builtin_convertvector(__builtin_convertvector(small, half_vector), vector_mask);                 \
                sum += VECTOR_WHERE(number == (int32_t)tap, value);                                                    \
            }                                                                                                          \
        VECTOR_WRITE(result.data, type, (row * group->w + column) * group->lanes, sum, width);                         \
    }
    VECTOR_CASES(GATHER, gradient.dtype, lanes);
}

/* The same where windows neither overlap nor leave gaps: each window is read once for all of its pixels in the row. */
CPU_CLONES static void spread_strip(const struct pool_group *group, struct numbers gradient, const uint8_t *taken,
                                    int64_t row, struct numbers result, int lanes)
{
    const struct pool2d_attributes *pool = group->pool;
    int64_t window_row = row / pool->kernel[0], end = window_row < group->oh ? group->ow : 0;
    int32_t tap = (int32_t)(row % pool->kernel[0] * pool->kernel[1]);
    int64_t to = row * group->w * group->lanes, after = to + group->w * group->lanes;
#define SPREAD(type, width)                                                                                            \
    for (int64_t j = 0; j < end; j++) {                                                                                \
        int64_t from = (window_row * group->ow + j) * group->lanes;                                                    \
        vector value;                                                                                                  \
        number_vector small;                                                                                           \
        VECTOR_READ(value, gradient.data, type, from, width);                                                          \
        NUMBERS_READ(small, taken + from, width);                                                                      \
        vector_mask number = __builtin_convertvector(__builtin_convertvector(small, half_vector), vector_mask);        \
        for (int32_t i = 0; i < pool->kernel[1]; i++, to += group->lanes) {                                            \
            vector share = (vector){0} + VECTOR_WHERE(number == tap + i, value);                                       \
            VECTOR_WRITE(result.data, type, to, share, width);                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    for (; to < after; to += group->lanes)                                                                             \
        VECTOR_WRITE(result.data, type, to, (vector){0}, width);
    VECTOR_CASES(SPREAD, gradient.dtype, lanes);
}

/* Windows lie side by side, within x; what is left of x has none. */
static bool windows_tile(const struct pool_group *group)
{
    const struct pool2d_attributes *pool = group->pool;
    for (int i = 0; i < 2; i++)
        if (pool->kernel[i] != pool->stride[i] || pool->padding[i] != 0)
            return false;
    return group->oh * pool->kernel[0] <= group->h && group->ow * pool->kernel[1] <= group->w;
}

static void gather_row(const struct pool_group *group, struct numbers gradient, const uint8_t *taken, int64_t row,
                       struct numbers result)
{
    bool tile = windows_tile(group);
    for (int64_t lane = 0; lane < group->lanes; lane += VECTOR_LANES)
        (tile ? spread_strip : gather_strip)(group, numbers_from(gradient, lane), taken + lane, row,
                                             numbers_from(result, lane), lanes_from(group, lane));
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
