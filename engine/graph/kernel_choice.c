/* kernel_choice.c: which kernel computes a node. */
#include <stddef.h>

#include "engine/graph/op.h"
#include "engine/graph/passes.h"

bool kernel_can_run(const struct kernel *kernel, const struct node *node)
{
    return (kernel->is_available == NULL || kernel->is_available()) && kernel->supports(node);
}

const struct kernel *node_find_kernel(const struct node *node, bool reference)
{
    for (const struct kernel *const *kernel = node->op->kernels; *kernel != NULL; kernel++)
        if ((!reference || kernel[1] == NULL) && kernel_can_run(*kernel, node))
            return *kernel;
    return NULL;
}
