/* copy.c: permute where the elements already lie as wanted, but the plan could not give both one memory. */
#include <string.h>

#include "engine/ops/permute/permute.h"

static void permute_copy_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    size_t count = (size_t)shape_count(&instance->node->inputs[0]->shape);
    memcpy(run->outputs[0], run->inputs[0], count * sizeof(float));
}

const struct kernel permute_copy = {.name = "cpu", .supports = permute_is_view, .run = permute_copy_run};
