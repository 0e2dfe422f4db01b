/* inspect.c: what in a program costs time and should not: plain loops where there are libraries, and reorders. */
#include <string.h>

#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/graph/program.h"
#include "engine/ops/op_tables.h"

/* True when a library of this operation is here and takes these types: then it lacks only this case. */
static bool has_library(const struct node *node)
{
    for (const struct kernel *const *kernel = node->op->kernels; kernel[1] != NULL; kernel++)
        if ((*kernel)->backend == BACKEND_CPU && (*kernel)->is_available != NULL && (*kernel)->is_available() &&
            kernel_takes_types(*kernel, node))
            return true;
    return false;
}

/* Of operations that pass over memory once, plain loops are as fast. Those that are chosen by timing are the others. */
bool kernel_is_slow(const struct kernel_instance *instance)
{
    const struct kernel *const *last = instance->node->op->kernels;
    while (last[1] != NULL)
        last++;
    if (instance->implementation != NULL && strstr(instance->implementation, "ref") != NULL)
        return true;
    return instance->kernel == *last && instance->node->op->format_attributes != NULL && has_library(instance->node);
}

const struct node *program_find_slow_node(const struct program *program, int from)
{
    for (int i = from; i < program_node_count(program); i++)
        if (program_runs_node(program, i) && kernel_is_slow(program_instance(program, i)))
            return program_instance(program, i)->node;
    return NULL;
}

int program_count_reorders(const struct program *program)
{
    int count = 0;
    for (int i = 0; i < program_node_count(program); i++) {
        const struct kernel_instance *instance = program_instance(program, i);
        if (program_runs_node(program, i))
            count +=
                instance->reorders + (instance->node->op == &reorder_op && instance->node->outputs[0]->shape.rank == 4);
    }
    return count;
}
