/* kernel_choice.c: which kernel computes a node. */
#include <stddef.h>

#include "engine/graph/op.h"
#include "engine/graph/passes.h"

static bool type_is_taken(const struct kernel *kernel, const struct value *value)
{
    unsigned floats = kernel->floats != 0 ? kernel->floats : FLOATS_F32;
    return value == NULL || !dtype_is_float(value->dtype) || (floats >> value->dtype & 1) != 0;
}

bool kernel_takes_types(const struct kernel *kernel, const struct node *node)
{
    for (int i = 0; i < node->input_count; i++)
        if (!type_is_taken(kernel, node->inputs[i]))
            return false;
    for (int i = 0; i < node->output_count; i++)
        if (!type_is_taken(kernel, node->outputs[i]))
            return false;
    return true;
}

bool kernel_can_run(const struct kernel *kernel, const struct node *node)
{
    return (kernel->is_available == NULL || kernel->is_available()) && kernel_takes_types(kernel, node) &&
           kernel->supports(node);
}

const struct kernel *node_find_kernel(const struct node *node, enum backend backend, bool reference)
{
    for (const struct kernel *const *kernel = node->op->kernels; *kernel != NULL; kernel++)
        if ((*kernel)->backend == backend && (!reference || kernel[1] == NULL) && kernel_can_run(*kernel, node) &&
            ((*kernel)->pays == NULL || (*kernel)->pays(node)))
            return *kernel;
    return NULL;
}
