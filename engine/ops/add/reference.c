/* reference.c: x + y as a plain loop. */
#include "engine/ops/add/add.h"
#include "engine/ops/value_view.h"

static void add_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct numbers x = input_numbers(instance, run, 0), y = input_numbers(instance, run, 1);
    struct numbers sum = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(sum, i, numbers_get(x, i) + numbers_get(y, i));
}

const struct kernel add_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = add_run};
