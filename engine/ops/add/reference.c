/* reference.c: x + y as a plain loop. */
#include "engine/ops/add/add.h"
#include "engine/ops/value_view.h"

static void add_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const float *x = run->inputs[0], *y = run->inputs[1];
    float *sum = run->outputs[0];
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++)
        sum[i] = x[i] + y[i];
}

const struct kernel add_reference = {.name = "reference", .supports = node_has_one_layout, .run = add_run};
