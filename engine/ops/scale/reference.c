/* reference.c: x * factor as a plain loop. */
#include "engine/ops/scale/scale.h"
#include "engine/ops/value_view.h"

static void scale_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct scale_attributes *attributes = instance->node->attributes;
    const float *x = run->inputs[0];
    float *y = run->outputs[0], factor = (float)attributes->factor;
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        y[i] = x[i] * factor;
}

const struct kernel scale_reference = {.name = "reference", .supports = node_has_one_layout, .run = scale_run};
