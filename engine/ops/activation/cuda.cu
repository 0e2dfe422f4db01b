/* cuda.cu: activations and their gradients on any layout, on a GPU. */
#include "engine/backends/cuda/elementwise.h"
#include "engine/ops/activation/activation.h"
#include "engine/ops/activation/formulas.h"

ELEMENTWISE_PASS(relu6, relu6_value(x))
ELEMENTWISE_PASS(hard_sigmoid, hard_sigmoid_value(x))
ELEMENTWISE_PASS(hard_swish, hard_swish_value(x))

/* x is the gradient, y is what x was above. */
ELEMENTWISE_PASS(relu6_backward, relu6_gradient(x, y))
ELEMENTWISE_PASS(hard_sigmoid_backward, hard_sigmoid_gradient(x, y))
ELEMENTWISE_PASS(hard_swish_backward, hard_swish_gradient(x, y))

typedef void pass_function(struct device *device, const struct elementwise *arrays);

/* By enum activation. */
static pass_function *const forward[] = {relu6_pass, hard_sigmoid_pass, hard_swish_pass};
static pass_function *const backward[] = {relu6_backward_pass, hard_sigmoid_backward_pass, hard_swish_backward_pass};
static_assert(ACTIVATION_RELU6 == 0 && ACTIVATION_HARD_SIGMOID == 1 && ACTIVATION_HARD_SWISH == 2, "as above");

static void activation_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = (const struct activation_attributes *)instance->node->attributes;
    struct elementwise arrays = elementwise_of(instance, run);
    forward[attributes->kind](instance->device, &arrays);
}

static void activation_backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct activation_attributes *attributes = (const struct activation_attributes *)instance->node->attributes;
    struct elementwise arrays = elementwise_of(instance, run);
    backward[attributes->kind](instance->device, &arrays);
}

const struct kernel activation_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = activation_run,
};
const struct kernel activation_backward_cuda = {
    .name = "cuda",
    .backend = BACKEND_CUDA,
    .floats = FLOATS_UP_TO_32,
    .supports = node_has_one_layout,
    .run = activation_backward_run,
};
