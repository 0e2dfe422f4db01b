/* cpu.c: activations and their gradients on any layout, by all threads. */
#include "engine/backends/cpu/elementwise.h"
#include "engine/ops/activation/activation.h"
#include "engine/ops/activation/formulas.h"
#include "engine/ops/value_view.h"

ELEMENTWISE_CHUNK(relu6, relu6_value(x))
ELEMENTWISE_CHUNK(hard_sigmoid, hard_sigmoid_value(x))
ELEMENTWISE_CHUNK(hard_swish, hard_swish_value(x))

/* x is the gradient, y is what x was above. */
ELEMENTWISE_CHUNK(relu6_backward, relu6_gradient(x, y))
ELEMENTWISE_CHUNK(hard_sigmoid_backward, hard_sigmoid_gradient(x, y))
ELEMENTWISE_CHUNK(hard_swish_backward, hard_swish_gradient(x, y))

static const struct {
    void (*forward)(const struct elementwise *pass, struct chunk chunk);
    void (*backward)(const struct elementwise *pass, struct chunk chunk);
} loops[] = {
    [ACTIVATION_RELU6] = {relu6_chunk, relu6_backward_chunk},
    [ACTIVATION_HARD_SIGMOID] = {hard_sigmoid_chunk, hard_sigmoid_backward_chunk},
    [ACTIVATION_HARD_SWISH] = {hard_swish_chunk, hard_swish_backward_chunk},
};

static void activation_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    struct elementwise pass = elementwise_of(instance, run);
    elementwise_run(&pass, shape_count(&instance->node->outputs[0]->shape), loops[attributes->kind].forward);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = instance->node->attributes;
    struct elementwise pass = elementwise_of(instance, run);
    elementwise_run(&pass, shape_count(&instance->node->outputs[0]->shape), loops[attributes->kind].backward);
}

const struct kernel activation_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = activation_run};
const struct kernel activation_backward_cpu = {
    .name = "cpu", .floats = FLOATS_F32_BF16, .supports = node_has_one_layout, .run = backward_run};
