/* reference.c: cast as a plain loop. */
#include "engine/ops/cast/cast.h"
#include "engine/ops/value_view.h"

static void cast_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(y, i, numbers_get(x, i));
}

const struct kernel cast_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = cast_run};
