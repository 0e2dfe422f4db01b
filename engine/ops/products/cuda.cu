/* cuda.cu: what products of matrices and convolutions by a GPU's libraries need besides. */
#include "engine/backends/cuda/columns.h"
#include "engine/ops/products/products.h"

struct swap_arguments {
    struct numbers from, to;
    int64_t outer, a, b;
};

/* Neighbouring threads write neighbours. */
BODY void swap_body(struct place place, const struct swap_arguments *a)
{
    for (int64_t i = place.index; i < a->outer * a->a * a->b; i += place.count) {
        int64_t first = i % a->a, second = i / a->a % a->b, outer = i / a->a / a->b;
        float number = float_get(a->from.data, a->from.dtype, (outer * a->a + first) * a->b + second);
        float_set(a->to.data, a->to.dtype, i, number);
    }
}
LAUNCHER(swap, struct swap_arguments)

struct bias_arguments {
    struct numbers y, bias;
    int64_t count, columns;
    bool relu;
};

BODY void add_bias_body(struct place place, const struct bias_arguments *a)
{
    for (int64_t i = place.index; i < a->count; i += place.count) {
        float y = float_get(a->y.data, a->y.dtype, i);
        if (a->bias.data != NULL)
            y += float_get(a->bias.data, a->bias.dtype, i % a->columns);
        float_set(a->y.data, a->y.dtype, i, a->relu && y < 0 ? 0 : y);
    }
}
LAUNCHER(add_bias, struct bias_arguments)

struct sum_arguments {
    struct numbers from, sums;
    struct columns columns;
};

struct sum_shared {
    struct columns_shared columns;
};

BODY struct column_terms sum_terms(const struct sum_arguments *a, int64_t row, int64_t column)
{
    struct column_terms terms = {float_get(a->from.data, a->from.dtype, row * a->columns.columns + column), 0};
    return terms;
}
COLUMN_PARTS(sum, struct sum_arguments)

BODY void sum_body(struct block_place place, int phase, struct sum_shared *shared, const struct sum_arguments *a)
{
    struct column_sums sums = column_total(place, phase, &shared->columns, &a->columns);
    if (phase == 1 && place.thread == 0)
        float_set(a->sums.data, a->sums.dtype, place.block, (float)sums.first);
}
LAUNCHER_OF_BLOCKS(sum, struct sum_arguments, 2)

void products_swap(struct device *device, struct numbers from, struct numbers to, int64_t outer, int64_t a, int64_t b)
{
    struct swap_arguments arguments = {from, to, outer, a, b};
    swap_launch(device, outer * a * b, &arguments);
}

void products_convert(struct device *device, struct numbers from, struct numbers to, int64_t count)
{
    products_swap(device, from, to, 1, count, 1);
}

void products_add_bias(struct device *device, struct numbers y, struct numbers bias, int64_t rows, int64_t columns,
                       bool relu)
{
    struct bias_arguments arguments = {y, bias, rows * columns, columns, relu};
    add_bias_launch(device, arguments.count, &arguments);
}

void products_sum_columns(struct device *device, struct numbers from, struct numbers sums, int64_t rows,
                          int64_t columns, void *scratch)
{
    struct sum_arguments arguments = {from, sums, columns_make(rows, columns, scratch)};
    sum_parts_launch(device, columns_threads(&arguments.columns), &arguments);
    sum_launch(device, columns, &arguments);
}

size_t products_sum_bytes(int64_t rows, int64_t columns)
{
    return columns_bytes(rows, columns);
}
