/* reference.c: relu and its gradient as plain loops. A value that is not a number stays so. */
#include "engine/ops/relu/relu.h"
#include "engine/ops/value_view.h"

static void relu_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++) {
        double number = numbers_get(x, i);
        numbers_set(y, i, number < 0 ? 0 : number);
    }
}

static void relu_backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct numbers gradient = input_numbers(instance, run, 0), output = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(result, i, numbers_get(output, i) > 0 ? numbers_get(gradient, i) : 0);
}

const struct kernel relu_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = relu_run};
const struct kernel relu_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = relu_backward_run};
