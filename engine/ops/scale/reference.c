/* reference.c: x * factor as a plain loop. */
#include "engine/ops/scale/scale.h"
#include "engine/ops/value_view.h"

static void scale_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct scale_attributes *attributes = instance->node->attributes;
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        numbers_set(y, i, numbers_get(x, i) * attributes->factor);
}

const struct kernel scale_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_has_one_layout, .run = scale_run};
