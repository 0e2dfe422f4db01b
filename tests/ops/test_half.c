/* test_half.c: results and gradients in bfloat16 and in float16 are those in float32, but for rounding. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/ops/interpreter.h"
#include "tests/unit/unit.h"

/*
 * Each array that a case reads or writes is rounded once, by at most 2^-9 of each number in bfloat16, 2^-12 in float16: relative to
 * the norm that is less, and after a product or two, a sum and a normalisation it is still below one per cent, or an eighth of it.
 */
static double tolerance_of(enum dtype narrow)
{
    return narrow == DTYPE_BF16 ? 1e-2 : 1e-2 / 8;
}

/*
 * Where rounding makes two numbers of a pooled window equal, or takes a number over a kink, or one background anchor is now
 * harder than another, a gradient goes elsewhere.
 */
#define TOLERANCE_OF_CHOICES 0.5

/* Norm of the difference over the norm. */
static double norm_of_difference(struct numbers found, struct numbers wanted, int64_t count)
{
    double difference = 0, norm = 1e-12;
    for (int64_t i = 0; i < count; i++) {
        difference += pow(numbers_get(found, i) - numbers_get(wanted, i), 2);
        norm += pow(numbers_get(wanted, i), 2);
    }
    return sqrt(difference / norm);
}

/* What the first case of a name has for a gradient. */
static const struct value *find_gradient(const struct interpreter *interpreter, const char *name)
{
    for (int i = 0; i < interpreter->value_count; i++) {
        const struct value *value = graph_get_value(interpreter->graph, i);
        if (value->kind == VALUE_PARAMETER && strcmp(value->name, name) == 0)
            return graph_gradient(interpreter->graph, value);
    }
    return NULL;
}

static void compare(const struct interpreter *half, const struct value *found, const struct interpreter *single,
                    const struct value *wanted, const struct ops_case *ops_case, double tolerance)
{
    ck_assert_int_eq(shape_count(&found->shape), shape_count(&wanted->shape));
    double difference = norm_of_difference(interpreter_numbers(half, found), interpreter_numbers(single, wanted),
                                           shape_count(&found->shape));
    ck_assert_msg(difference < tolerance, "%s: '%s' differs by %g", ops_case->name, found->name, difference);
}

static double gradient_tolerance(const struct ops_case *ops_case, enum dtype narrow)
{
    bool chooses = ops_case->no_differences || strncmp(ops_case->name, "ssd_", 4) == 0;
    return chooses ? TOLERANCE_OF_CHOICES : tolerance_of(narrow);
}

/* Many detections stand in the order of their scores, and rounding makes some change places. */
static double result_tolerance(const struct ops_case *ops_case, enum dtype narrow)
{
    return ops_case->no_differences && ops_case->forward_only ? TOLERANCE_OF_CHOICES : tolerance_of(narrow);
}

static void check_case(const struct ops_case *ops_case, const struct number_types *types)
{
    struct interpreter half, single;
    interpreter_init(&half, ops_case, types);
    interpreter_init(&single, ops_case, NULL);
    interpreter_run(&half);
    interpreter_run(&single);
    compare(&half, half.result, &single, single.result, ops_case, result_tolerance(ops_case, types->narrow));
    for (int i = 0; i < half.value_count; i++) {
        const struct value *value = graph_get_value(half.graph, i), *gradient = value->gradient;
        if (value->kind != VALUE_PARAMETER || gradient == NULL)
            continue;
        ck_assert_int_eq(gradient->dtype, types->parameters);
        compare(&half, gradient, &single, find_gradient(&single, value->name), ops_case,
                gradient_tolerance(ops_case, types->narrow));
    }
    interpreter_finish(&half);
    interpreter_finish(&single);
}

static void check_type(enum dtype narrow)
{
    const struct number_types mixed = {DTYPE_F32, narrow, DTYPE_F32}, all = {narrow, narrow, DTYPE_F32};
    for (int i = 0; i < ops_case_count; i++) {
        check_case(&ops_cases[i], &mixed);
        check_case(&ops_cases[i], &all);
    }
}

START_TEST(test_bfloat16_differs_from_float32_by_rounding)
{
    check_type(DTYPE_BF16);
}
END_TEST

START_TEST(test_float16_differs_from_float32_by_rounding)
{
    check_type(DTYPE_F16);
}
END_TEST

UNIT_MAIN("half", test_bfloat16_differs_from_float32_by_rounding, test_float16_differs_from_float32_by_rounding)
