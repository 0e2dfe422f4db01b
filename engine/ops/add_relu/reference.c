/* reference.c: max(x + y, 0) as a plain loop. */
#include "engine/ops/add_relu/add_relu.h"
#include "engine/ops/value_view.h"

static void add_relu_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const float *x = run->inputs[0], *y = run->inputs[1];
    float *result = run->outputs[0];
    for (int64_t i = 0; i < shape_count(&instance->node->outputs[0]->shape); i++) {
        float sum = x[i] + y[i];
        result[i] = sum < 0 ? 0 : sum;
    }
}

const struct kernel add_relu_reference = {.name = "reference", .supports = node_has_one_layout, .run = add_relu_run};
