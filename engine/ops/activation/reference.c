/* reference.c: activations and their gradients as plain loops. */
#include "engine/ops/activation/activation.h"
#include "engine/ops/activation/formulas.h"
#include "engine/ops/value_view.h"

static float value_at(enum activation kind, float x)
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

static float gradient_at(enum activation kind, float gradient, float x)
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
    const float *x = run->inputs[0];
    float *y = run->outputs[0];
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        y[i] = value_at(attributes->kind, x[i]);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    const float *gradient = run->inputs[0], *x = run->inputs[1];
    float *result = run->outputs[0];
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        result[i] = gradient_at(attributes->kind, gradient[i], x[i]);
}

const struct kernel activation_reference = {
    .name = "reference", .supports = node_has_one_layout, .run = activation_run};
const struct kernel activation_backward_reference = {
    .name = "reference", .supports = node_has_one_layout, .run = backward_run};
