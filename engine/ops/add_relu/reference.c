/* reference.c: max(x + y, 0) as a plain loop. */
#include "engine/ops/add_relu/add_relu.h"
#include "engine/ops/value_view.h"

static void add_relu_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct numbers x = input_numbers(instance, run, 0), y = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++) {
        double sum = numbers_get(x, i) + numbers_get(y, i);
        numbers_set(result, i, sum < 0 ? 0 : sum);
    }
}

const struct kernel add_relu_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = add_relu_run};
