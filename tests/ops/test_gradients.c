/* test_gradients.c: gradients of the reference kernels are what central differences of the loss give. */
#include <math.h>

#include "tests/ops/interpreter.h"
#include "tests/unit/unit.h"

static const float STEP = 0.02F;

/* The loss in double, from the result's float32 elements. */
static double loss_of(struct interpreter *interpreter)
{
    interpreter_run(interpreter);
    const float *result = interpreter->data[interpreter->result->index];
    double sum = 0;
    for (int64_t i = 0; i < shape_count(&interpreter->result->shape); i++)
        sum += (double)result[i] * case_number("seed", i);
    return sum;
}

static double difference_at(struct interpreter *interpreter, float *element)
{
    float value = *element;
    *element = value + STEP;
    float above = *element;
    double high = loss_of(interpreter);
    *element = value - STEP;
    double low = loss_of(interpreter);
    double slope = (high - low) / ((double)above - *element);
    *element = value;
    return slope;
}

/* A few elements of each parameter, spread over it. */
static void check_parameter(struct interpreter *interpreter, const struct value *parameter, const char *name)
{
    const struct value *gradient = graph_gradient(interpreter->graph, parameter);
    ck_assert_msg(gradient != NULL, "%s: no gradient of '%s'", name, parameter->name);
    int64_t count = shape_count(&parameter->shape);
    float *elements = interpreter->data[parameter->index];
    for (int k = 0; k < 5; k++) {
        int64_t i = count * (2 * k + 1) / 10;
        double wanted = difference_at(interpreter, &elements[i]);
        interpreter_run(interpreter);
        double found = ((const float *)interpreter->data[gradient->index])[i];
        ck_assert_msg(fabs(found - wanted) < 2e-3 * (1 + fabs(wanted)), "%s: '%s'[%ld] wanted %g, found %g", name,
                      parameter->name, (long)i, wanted, found);
    }
}

START_TEST(test_gradients_are_what_differences_give)
{
    for (int i = 0; i < ops_case_count; i++) {
        struct interpreter interpreter;
        if (ops_cases[i].no_differences || ops_cases[i].forward_only)
            continue;
        interpreter_init(&interpreter, &ops_cases[i]);
        interpreter_run(&interpreter);
        for (int j = 0; j < graph_value_count(interpreter.graph); j++)
            if (graph_get_value(interpreter.graph, j)->kind == VALUE_PARAMETER &&
                graph_gradient(interpreter.graph, graph_get_value(interpreter.graph, j)) != NULL)
                check_parameter(&interpreter, graph_get_value(interpreter.graph, j), ops_cases[i].name);
        interpreter_finish(&interpreter);
    }
}
END_TEST

UNIT_MAIN("gradients", test_gradients_are_what_differences_give)
