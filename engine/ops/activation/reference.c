/* reference.c: activations and their gradients as plain loops. */
#define REAL double

#include "engine/ops/activation/activation.h"
#include "engine/ops/activation/formulas.h"
#include "engine/ops/value_view.h"

static double value_at(enum activation kind, double x)
{
    switch (kind) {
    case ACTIVATION_RELU6:
        return relu6_value(x);
    case ACTIVATION_HARD_SIGMOID:
        return hard_sigmoid_value(x);
    case ACTIVATION_HARD_SWISH:
    default:
        return hard_swish_value(x);
    }
}

static double gradient_at(enum activation kind, double gradient, double x)
{
    switch (kind) {
    case ACTIVATION_RELU6:
        return relu6_gradient(gradient, x);
    case ACTIVATION_HARD_SIGMOID:
        return hard_sigmoid_gradient(gradient, x);
    case ACTIVATION_HARD_SWISH:
    default:
        return hard_swish_gradient(gradient, x);
    }
}

static void activation_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(y, i, value_at(attributes->kind, numbers_get(x, i)));
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    struct numbers gradient = input_numbers(instance, run, 0), x = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(result, i, gradient_at(attributes->kind, numbers_get(gradient, i), numbers_get(x, i)));
}

const struct kernel activation_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = activation_run};
const struct kernel activation_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = backward_run};
