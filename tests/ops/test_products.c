/*
 * test_products.c: what a GPU does around its libraries' products is what plain loops do: weights in another order, biases, sums.
 * Compiled twice: on a GPU (TESTS_GPU), and as the loops that the C compiler makes of cuda.cu files (TESTS_LOOPS).
 */
#include <math.h>
#include <stdio.h>

#include "engine/base/memory.h"
#include "engine/base/rng.h"
#include "engine/ops/products/products.h"
#include "tests/unit/gpu.h"
#include "tests/unit/unit.h"

static struct device *device;

/* An array here and one of the same numbers there. */
struct pair {
    struct numbers here, far;
    int64_t count;
};

static struct pair pair_make(enum dtype dtype, int64_t count, uint64_t stream)
{
    struct error error = ERROR_INIT;
    struct rng rng = rng_make(1, RNG_TEST, 0, stream);
    size_t bytes = (size_t)count * dtype_size(dtype);
    struct pair pair = {
        {memory_allocate(1, bytes), dtype}, {device_allocate(device, bytes, "a test", &error), dtype}, count};
    ck_ok(pair.far.data != NULL, error);
    for (int64_t i = 0; i < count; i++)
        numbers_set(pair.here, i, rng_normal(&rng));
    device_write(device, pair.far.data, pair.here.data, bytes);
    return pair;
}

/* Brings the numbers here. */
static void pair_fetch(struct pair *pair)
{
    struct error error = ERROR_INIT;
    device_read(device, pair->here.data, pair->far.data, (size_t)pair->count * dtype_size(pair->here.dtype));
    ck_ok(device_check(device, &error), error);
}

static void pair_finish(struct pair *pair)
{
    memory_free(pair->here.data);
    device_release(device, pair->far.data);
}

static const enum dtype dtypes[] = {DTYPE_F32, DTYPE_BF16, DTYPE_F16};
#define TYPES 3
#define PAIRS (TYPES * TYPES)

static void check_swap(enum dtype from_type, enum dtype to_type, const int64_t size[3])
{
    int64_t count = size[0] * size[1] * size[2];
    struct pair from = pair_make(from_type, count, 0), to = pair_make(to_type, count, 1);
    struct pair back = pair_make(from_type, count, 2);
    products_swap(device, from.far, to.far, size[0], size[1], size[2]);
    products_swap(device, to.far, back.far, size[0], size[2], size[1]);
    pair_fetch(&to);
    pair_fetch(&back);
    for (int64_t i = 0; i < count; i++) {
        int64_t outer = i / size[2] / size[1], a = i / size[2] % size[1], b = i % size[2];
        double wanted = numbers_get_as(from.here, i, to_type);
        ck_assert_double_eq(numbers_get(to.here, (outer * size[2] + b) * size[1] + a), wanted);
        ck_assert_double_eq(numbers_get(back.here, i), wanted);
    }
    pair_finish(&from);
    pair_finish(&to);
    pair_finish(&back);
}

START_TEST(test_weights_are_put_in_another_order_and_back)
{
    const int64_t sizes[][3] = {{5, 7, 9}, {1, 13, 1}, {64, 3, 49}, {1, 1, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int j = 0; j < PAIRS; j++)
            check_swap(dtypes[j / TYPES], dtypes[j % TYPES], sizes[i]);
}
END_TEST

/* What the sum in float and one rounding to y's type give. */
static double biased(struct numbers y, int64_t i, struct numbers bias, int64_t column, bool relu)
{
    float sum = (float)numbers_get(y, i);
    if (bias.data != NULL)
        sum += (float)numbers_get(bias, column);
    sum = (float)numbers_get_as((struct numbers){&sum, DTYPE_F32}, 0, y.dtype);
    return relu && sum < 0 ? 0 : sum;
}

static void check_bias(enum dtype y_type, enum dtype bias_type, bool has_bias, bool relu)
{
    const int64_t rows = 29, columns = 11;
    struct pair before = pair_make(y_type, rows * columns, 0), y = pair_make(y_type, rows * columns, 0);
    struct pair bias = pair_make(bias_type, columns, 1);
    struct numbers none = {NULL, bias_type};
    products_add_bias(device, y.far, has_bias ? bias.far : none, rows, columns, relu);
    pair_fetch(&y);
    for (int64_t i = 0; i < rows * columns; i++)
        ck_assert_double_eq(numbers_get(y.here, i),
                            biased(before.here, i, has_bias ? bias.here : none, i % columns, relu));
    pair_finish(&before);
    pair_finish(&y);
    pair_finish(&bias);
}

START_TEST(test_a_bias_is_added_to_every_row)
{
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < PAIRS; j++)
            check_bias(dtypes[j / TYPES], dtypes[j % TYPES], (i & 1) != 0, (i & 2) != 0);
}
END_TEST

static void check_sums(enum dtype from_type, enum dtype to_type, int64_t rows, int64_t columns)
{
    struct error error = ERROR_INIT;
    struct pair from = pair_make(from_type, rows * columns, 0), sums = pair_make(to_type, columns, 1);
    void *scratch = device_allocate(device, products_sum_bytes(rows, columns), "a test", &error);
    ck_ok(scratch != NULL, error);
    products_sum_columns(device, from.far, sums.far, rows, columns, scratch);
    pair_fetch(&sums);
    for (int64_t c = 0; c < columns; c++) {
        double sum = 0, size = 1e-6;
        for (int64_t r = 0; r < rows; r++) {
            sum += numbers_get(from.here, r * columns + c);
            size += fabs(numbers_get(from.here, r * columns + c));
        }
        double off = fabs(numbers_get(sums.here, c) - sum);
        double rounding = to_type == DTYPE_BF16 ? 0x1p-8 : to_type == DTYPE_F16 ? 0x1p-11 : 0;
        double least = to_type == DTYPE_F16 ? 0x1p-25 : 0;
        ck_assert_double_le(off, fabs(sum) * rounding + least + 1e-6 * size);
    }
    device_release(device, scratch);
    pair_finish(&from);
    pair_finish(&sums);
}

/* Fewer rows than parts, more, and as many rows that a part has runs. */
START_TEST(test_columns_are_summed_whatever_their_number)
{
    const int64_t sizes[][2] = {{1, 1}, {3, 17}, {5000, 3}, {70001, 2}, {300, 1024}, {2, 300000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int j = 0; j < PAIRS; j++)
            check_sums(dtypes[j / TYPES], dtypes[j % TYPES], sizes[i][0], sizes[i][1]);
}
END_TEST

int main(void)
{
    static const TTest *tests[3];
    device = device_cpu();
#ifdef TESTS_GPU
    device = gpu_open();
#endif
    tests[0] = test_weights_are_put_in_another_order_and_back;
    tests[1] = test_a_bias_is_added_to_every_row;
    tests[2] = test_columns_are_summed_whatever_their_number;
    return unit_run("products", tests, 3);
}
