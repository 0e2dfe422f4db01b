/* test_gradients.c: gradients of the reference kernels are what central differences of the loss give. */
#include <math.h>

#include "tests/ops/interpreter.h"
#include "tests/unit/unit.h"

/* How finely differences can be taken: steps that are far above the type's rounding, and below the formulas' curvature. */
struct fineness {
    struct number_types types;
    double step;
    double tolerance;
};

static const struct fineness coarse = {{DTYPE_F32, DTYPE_F32, DTYPE_F32}, 0.02, 2e-3};
static const struct fineness fine = {{DTYPE_F64, DTYPE_F64, DTYPE_F64}, 1e-5, 1e-7};

/* The loss in double, from the result's elements. */
static double loss_of(struct interpreter *interpreter)
{
    interpreter_run(interpreter);
    struct numbers result = interpreter_numbers(interpreter, interpreter->result);
    double sum = 0;
    for (int64_t i = 0; i < shape_count(&interpreter->result->shape); i++)
        sum += numbers_get(result, i) * case_number("seed", i);
    return sum;
}

static double difference_at(struct interpreter *interpreter, struct numbers elements, int64_t i, double step)
{
    double value = numbers_get(elements, i);
    numbers_set(elements, i, value + step);
    double above = numbers_get(elements, i), high = loss_of(interpreter);
    numbers_set(elements, i, value - step);
    double below = numbers_get(elements, i), low = loss_of(interpreter);
    numbers_set(elements, i, value);
    return (high - low) / (above - below);
}

/* A few elements of each parameter, spread over it. */
static void check_parameter(struct interpreter *interpreter, const struct value *parameter,
                            const struct fineness *fineness, const char *name)
{
    const struct value *gradient = graph_gradient(interpreter->graph, parameter);
    ck_assert_msg(gradient != NULL, "%s: no gradient of '%s'", name, parameter->name);
    ck_assert_int_eq(gradient->dtype, fineness->types.parameters);
    int64_t count = shape_count(&parameter->shape);
    for (int k = 0; k < 5; k++) {
        int64_t i = count * (2 * k + 1) / 10;
        double wanted = difference_at(interpreter, interpreter_numbers(interpreter, parameter), i, fineness->step);
        interpreter_run(interpreter);
        double found = numbers_get(interpreter_numbers(interpreter, gradient), i);
        ck_assert_msg(fabs(found - wanted) < fineness->tolerance * (1 + fabs(wanted)),
                      "%s: '%s'[%ld] wanted %.9g, found %.9g", name, parameter->name, (long)i, wanted, found);
    }
}

static void check_case(const struct ops_case *ops_case, const struct fineness *fineness)
{
    struct interpreter interpreter;
    interpreter_init(&interpreter, ops_case, &fineness->types);
    interpreter_run(&interpreter);
    for (int j = 0; j < graph_value_count(interpreter.graph); j++) {
        const struct value *value = graph_get_value(interpreter.graph, j);
        if (value->kind == VALUE_PARAMETER && graph_gradient(interpreter.graph, value) != NULL)
            check_parameter(&interpreter, value, fineness, ops_case->name);
    }
    interpreter_finish(&interpreter);
}

START_TEST(test_gradients_are_what_differences_give)
{
    for (int i = 0; i < ops_case_count; i++)
        if (!ops_cases[i].no_differences && !ops_cases[i].forward_only)
            check_case(&ops_cases[i], &coarse);
}
END_TEST

/* Steps are so small that no kink lies in one; large cases are left out. */
START_TEST(test_gradients_in_float64_are_so_to_seven_digits)
{
    for (int i = 0; i < ops_case_count; i++)
        if (!ops_cases[i].is_large && !ops_cases[i].forward_only)
            check_case(&ops_cases[i], &fine);
}
END_TEST

UNIT_MAIN("gradients", test_gradients_are_what_differences_give, test_gradients_in_float64_are_so_to_seven_digits)
