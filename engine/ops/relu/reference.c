/* reference.c: relu and its gradient as plain loops. A value that is not a number stays so. */
#include "engine/ops/relu/relu.h"
#include "engine/ops/value_view.h"

static void relu_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const float *x = run->inputs[0];
    float *y = run->outputs[0];
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

static void relu_backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const float *gradient = run->inputs[0], *output = run->inputs[1];
    float *result = run->outputs[0];
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        result[i] = output[i] > 0 ? gradient[i] : 0;
}

const struct kernel relu_reference = {.name = "reference", .supports = node_has_one_layout, .run = relu_run};
const struct kernel relu_backward_reference = {
    .name = "reference", .supports = node_has_one_layout, .run = relu_backward_run};
