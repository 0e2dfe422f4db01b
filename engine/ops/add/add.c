/* add.c: x + y. The gradient flows to both as it is. */
#include "engine/ops/add/add.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

struct value *add(struct graph *graph, struct value *x, struct value *y)
{
    struct value *inputs[] = {x, y};
    return x == NULL || y == NULL ? NULL : node_result(graph_add(graph, &add_op, inputs, 2, NULL, 0));
}

static void add_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                              struct value *input_gradients[])
{
    (void)graph;
    (void)node;
    input_gradients[0] = input_gradients[1] = output_gradients[0];
}

static const struct kernel *const kernels[] = {&add_cpu, CUDA_KERNEL(add_cuda) & add_reference, NULL};

const struct op add_op = {
    .name = "add",
    .infer = infer_elementwise,
    .differentiate = add_differentiate,
    .cost = cost_elementwise,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0 | 1U << 1,
    .any_layout = true,
    .kernels = kernels,
};
