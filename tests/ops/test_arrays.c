/*
 * test_arrays.c: what a GPU does to whole arrays is what the processor does: optimizers bit for bit, sums to their last digits.
 * Compiled twice: on a GPU (TESTS_GPU), and as the loops that the C compiler makes of cuda.cu files (TESTS_LOOPS).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/rng.h"
#include "engine/ops/arrays/arrays.h"
#include "tests/unit/unit.h"

/* More than the parts of a sum, and no multiple of anything. */
#define COUNT ((int64_t)70001)
#define ARRAYS 5

static const enum dtype dtypes[] = {DTYPE_F32, DTYPE_BF16};

/* What does the work on the second set of arrays: a device, and its functions. */
static struct device *device;
static const struct array_functions *functions;

/* The same numbers twice: for the processor, and for what is tested, which works on `far`. */
struct pair {
    struct numbers here[ARRAYS];
    struct numbers far[ARRAYS];
    size_t bytes;
};

static void pair_init(struct pair *pair, enum dtype dtype)
{
    struct error error = ERROR_INIT;
    pair->bytes = (size_t)COUNT * dtype_size(dtype);
    for (int i = 0; i < ARRAYS; i++) {
        struct rng rng = rng_make(1, RNG_TEST, 0, (uint64_t)i);
        pair->here[i] = (struct numbers){memory_allocate_large(pair->bytes, "a test", &error), dtype};
        pair->far[i] = (struct numbers){device_allocate(device, pair->bytes, "a test", &error), dtype};
        for (int64_t j = 0; j < COUNT; j++) /* averages of squares are positive */
            numbers_set(pair->here[i], j, i < 3 ? rng_normal(&rng) : (double)rng_uniform(&rng));
        device_write(device, pair->far[i].data, pair->here[i].data, pair->bytes);
    }
}

static void pair_finish(struct pair *pair)
{
    for (int i = 0; i < ARRAYS; i++) {
        memory_free_large(pair->here[i].data);
        device_release(device, pair->far[i].data);
    }
}

static void check_same(const struct pair *pair, const char *what)
{
    struct error error = ERROR_INIT;
    void *found = memory_allocate(1, pair->bytes);
    for (int i = 0; i < ARRAYS; i++) {
        device_read(device, found, pair->far[i].data, pair->bytes);
        ck_assert_msg(memcmp(found, pair->here[i].data, pair->bytes) == 0, "%s: array %d differs", what, i);
    }
    memory_free(found);
    ck_ok(device_check(device, &error), error);
}

/* How many states: of 0 to 3. */
static struct optimizer_arrays take(struct device *of, const struct numbers arrays[ARRAYS], int states)
{
    struct optimizer_arrays taken = {.device = of, .parameters = arrays[0], .gradients = arrays[1], .count = COUNT};
    for (int i = 0; i < states; i++)
        taken.states[i] = arrays[2 + i];
    return taken;
}

START_TEST(test_sgd_is_the_same)
{
    for (int i = 0; i < 8; i++) {
        struct pair pair;
        struct sgd_formula formula = {.learning_rate = 0.1,
                                      .momentum = 0.9,
                                      .rest = 1,
                                      .weight_decay = 1e-3,
                                      .gradient_scale = 0.5,
                                      .nesterov = i >> 1 & 1,
                                      .first = i >> 2};
        pair_init(&pair, dtypes[i & 1]);
        for (int states = 0; states < 2; states++) {
            struct optimizer_arrays here = take(device_cpu(), pair.here, states), far = take(device, pair.far, states);
            array_functions_cpu.sgd(&formula, &here);
            functions->sgd(&formula, &far);
        }
        check_same(&pair, "sgd");
        pair_finish(&pair);
    }
}
END_TEST

START_TEST(test_adam_is_the_same)
{
    for (int i = 0; i < 4; i++) {
        struct pair pair;
        struct adam_formula formula = {.beta2 = 0.999,
                                       .rest1 = 0.1,
                                       .rest2 = 0.001,
                                       .epsilon = 1e-8,
                                       .coupled_decay = i >> 1 ? 1e-2 : 0,
                                       .decoupled_factor = i >> 1 ? 1 : 0.99,
                                       .step_size = 1e-3,
                                       .root_correction = 0.5,
                                       .gradient_scale = 0.5};
        pair_init(&pair, dtypes[i & 1]);
        for (int states = 2; states < 4; states++) {
            struct optimizer_arrays here = take(device_cpu(), pair.here, states), far = take(device, pair.far, states);
            array_functions_cpu.adam(&formula, &here);
            functions->adam(&formula, &far);
        }
        check_same(&pair, "adam");
        pair_finish(&pair);
    }
}
END_TEST

START_TEST(test_limits_and_sums_are_the_same)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair;
        pair_init(&pair, dtypes[i]);
        array_functions_cpu.add(device_cpu(), pair.here[0], pair.here[1], COUNT);
        functions->add(device, pair.far[0], pair.far[1], COUNT);
        array_functions_cpu.clip(device_cpu(), pair.here[2], COUNT, 0.7, 0.5);
        functions->clip(device, pair.far[2], COUNT, 0.7, 0.5);
        check_same(&pair, "add and clip");
        double wanted = array_functions_cpu.norm(device_cpu(), pair.here[1], COUNT, 1);
        ck_assert_double_gt(wanted, 100);
        ck_assert_double_eq_tol(functions->norm(device, pair.far[1], COUNT, 1), wanted, 1e-9 * wanted);
        pair_finish(&pair);
    }
}
END_TEST

static void set(struct pair *pair, int64_t index, double number)
{
    numbers_set(pair->here[0], index, number);
    device_write(device, pair->far[0].data, pair->here[0].data, pair->bytes);
}

START_TEST(test_what_is_not_finite_is_found_wherever_it_is)
{
    static const int64_t places[] = {0, 65535, 65536, COUNT - 1};
    for (int i = 0; i < 8; i++) {
        struct pair pair;
        pair_init(&pair, dtypes[i & 1]);
        ck_assert(functions->are_finite(device, pair.far[0], COUNT));
        set(&pair, places[i / 2], i % 3 == 0 ? (double)NAN : i % 3 == 1 ? (double)INFINITY : -(double)INFINITY);
        ck_assert(!functions->are_finite(device, pair.far[0], COUNT));
        ck_assert(!isfinite(functions->norm(device, pair.far[0], COUNT, 1)));
        ck_assert(functions->are_finite(device, pair.far[0], places[i / 2]));
        pair_finish(&pair);
    }
}
END_TEST

int main(void)
{
    static const TTest *tests[4];
    size_t count = 0;
    tests[count++] = test_sgd_is_the_same;
    tests[count++] = test_adam_is_the_same;
    tests[count++] = test_limits_and_sums_are_the_same;
    tests[count++] = test_what_is_not_finite_is_found_wherever_it_is;
#ifdef TESTS_LOOPS
    device = device_cpu();
    functions = &array_functions_cuda;
#else
    struct error why = ERROR_INIT;
    if (device_count(BACKEND_CUDA, &why) == 0) {
        printf("skipped: %s\n", why.message);
        return 77;
    }
    device = device_open(BACKEND_CUDA, 0, &why);
    if (device == NULL) {
        printf("%s\n", why.message);
        return EXIT_FAILURE;
    }
    functions = device->interface->arrays;
#endif
    return unit_run("arrays", tests, count);
}
