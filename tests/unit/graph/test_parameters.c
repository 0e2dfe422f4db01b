/* test_parameters.c: the store's form, and first values as torch.nn.init makes them. */
#include "engine/graph/parameters.h"

#include <math.h>
#include <string.h>

#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

static struct parameters *make(uint64_t seed)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    graph_parameter(graph, "conv", SHAPE(64, 32, 3, 3), (struct init){INIT_KAIMING_NORMAL, M_SQRT2, 1});
    graph_buffer(graph, "mean", DTYPE_F32, SHAPE(5), (struct init){INIT_CONSTANT, 1, 0});
    graph_parameter(graph, "bias", SHAPE(5), (struct init){INIT_UNIFORM, -0.5, 0.25});
    graph_buffer(graph, "batches", DTYPE_I64, (struct shape){0}, (struct init){INIT_CONSTANT, 7, 0});
    graph_parameter(graph, "linear", SHAPE(300, 200), (struct init){INIT_XAVIER_UNIFORM, 1, 0});
    graph_parameter(graph, "conv_in", SHAPE(64, 32, 3, 3), (struct init){INIT_KAIMING_NORMAL, 1, 0});
    graph_parameter(graph, "normal", SHAPE(10000), (struct init){INIT_NORMAL, 3, 0.01});
    struct parameters *parameters = parameters_create(graph, NULL, seed, &error);
    ck_ok(parameters != NULL, error);
    graph_destroy(&graph);
    return parameters;
}

START_TEST(test_arrays_are_aligned_and_gaps_are_zero)
{
    struct parameters *parameters = make(1);
    ck_assert_int_eq(parameters_count(parameters), 7);
    ck_assert_int_eq(parameters_trained_count(parameters), 2 * 18432 + 5 + 60000 + 10000);
    ck_assert_int_eq(parameters_flat_count(parameters), 2 * 18432 + 16 + 60000 + 10000);
    int64_t offset = 0;
    for (int i = 0; i < parameters_count(parameters); i++) {
        const struct parameter *entry = parameters_get(parameters, i);
        ck_assert_uint_eq((uintptr_t)entry->tensor.data % 64, 0);
        ck_assert_ptr_eq(parameters_find(parameters, entry->name), entry);
        ck_assert((entry->gradient.data == NULL) == !entry->trained);
        if (entry->trained) {
            ck_assert_ptr_eq(entry->tensor.data, (float *)parameters_values(parameters).data + offset);
            ck_assert_ptr_eq(entry->gradient.data, (float *)parameters_gradients(parameters).data + offset);
            offset += (shape_count(&entry->tensor.shape) + 15) / 16 * 16;
        }
    }
    const float *bias = parameters_find(parameters, "bias")->tensor.data;
    for (int i = 5; i < 16; i++)
        ck_assert_float_eq(bias[i], 0);
    ck_assert_ptr_null(parameters_find(parameters, "nothing"));
    parameters_destroy(&parameters);
}
END_TEST

/* Mean and deviation of an entry, and the largest absolute value. */
static void measure(const struct parameters *parameters, const char *name, double *mean, double *deviation,
                    double *largest)
{
    const struct parameter *entry = parameters_find(parameters, name);
    const float *values = entry->tensor.data;
    int64_t count = shape_count(&entry->tensor.shape);
    double sum = 0, squares = 0;
    *largest = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += values[i];
        squares += (double)values[i] * values[i];
        *largest = fmax(*largest, fabs(values[i]));
    }
    *mean = sum / (double)count;
    *deviation = sqrt(squares / (double)count - *mean * *mean);
}

/* Stream `index` of the seed, as parameters_create takes it for its entry of that number. */
static void check_spread(const struct parameters *parameters, int index, bool normal, double a, double b)
{
    struct rng rng = rng_make(3, RNG_INIT, 0, (uint64_t)index);
    const struct tensor *tensor = &parameters_get(parameters, index)->tensor;
    for (int64_t i = 0; i < shape_count(&tensor->shape); i++) {
        double wanted = normal ? a + b * rng_normal(&rng) : rng_range(&rng, a, b);
        ck_assert_float_eq(((const float *)tensor->data)[i], (float)wanted);
    }
}

START_TEST(test_a_value_is_the_draw_of_its_number_however_many_are_drawn_at_once)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    graph_parameter(graph, "much", SHAPE(300001), (struct init){INIT_NORMAL, 3, 0.01});
    graph_parameter(graph, "few", SHAPE(5), (struct init){INIT_NORMAL, 0, 1});
    graph_parameter(graph, "wide", SHAPE(300003), (struct init){INIT_UNIFORM, -0.5, 0.3});
    struct parameters *parameters = parameters_create(graph, NULL, 3, &error);
    ck_ok(parameters != NULL, error);
    check_spread(parameters, 0, true, 3, 0.01);
    check_spread(parameters, 1, true, 0, 1);
    check_spread(parameters, 2, false, -0.5, 0.3);
    parameters_destroy(&parameters);
    graph_destroy(&graph);
}
END_TEST

START_TEST(test_first_values_have_torch_s_mean_deviation_and_bounds)
{
    struct parameters *parameters = make(2);
    double mean, deviation, largest;
    measure(parameters, "conv", &mean, &deviation, &largest);
    ck_assert_double_eq_tol(mean, 0, 0.002);
    ck_assert_double_eq_tol(deviation, sqrt(2.0 / (64 * 9)), 0.001);
    measure(parameters, "conv_in", &mean, &deviation, &largest);
    ck_assert_double_eq_tol(deviation, sqrt(1.0 / (32 * 9)), 0.001);
    measure(parameters, "linear", &mean, &deviation, &largest);
    double bound = sqrt(6.0 / 500);
    ck_assert_double_le(largest, bound);
    ck_assert_double_gt(largest, 0.99 * bound);
    measure(parameters, "normal", &mean, &deviation, &largest);
    ck_assert_double_eq_tol(mean, 3, 0.001);
    ck_assert_double_eq_tol(deviation, 0.01, 0.001);
    const float *means = parameters_find(parameters, "mean")->tensor.data;
    ck_assert_float_eq(means[4], 1);
    ck_assert_int_eq(*(const int64_t *)parameters_find(parameters, "batches")->tensor.data, 7);
    parameters_destroy(&parameters);
}
END_TEST

START_TEST(test_first_values_are_a_function_of_the_seed)
{
    struct parameters *a = make(3), *b = make(3), *c = make(4);
    size_t bytes = (size_t)parameters_flat_count(a) * sizeof(float);
    ck_assert_mem_eq(parameters_values(a).data, parameters_values(b).data, bytes);
    ck_assert_mem_ne(parameters_values(a).data, parameters_values(c).data, bytes);
    parameters_destroy(&a);
    parameters_destroy(&b);
    parameters_destroy(&c);
}
END_TEST

UNIT_MAIN("parameters", test_arrays_are_aligned_and_gaps_are_zero,
          test_a_value_is_the_draw_of_its_number_however_many_are_drawn_at_once,
          test_first_values_have_torch_s_mean_deviation_and_bounds, test_first_values_are_a_function_of_the_seed)
