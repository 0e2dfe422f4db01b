/* add_relu.c: max(x + y, 0) in one pass over memory. */
#include "engine/ops/add_relu/add_relu.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

struct value *add_relu(struct graph *graph, struct value *x, struct value *y)
{
    struct value *inputs[] = {x, y};
    return x == NULL || y == NULL ? NULL : node_result(graph_add(graph, &add_relu_op, inputs, 2, NULL, 0));
}

static void add_relu_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                   struct value *input_gradients[])
{
    input_gradients[0] = input_gradients[1] = relu_backward(graph, output_gradients[0], node->outputs[0]);
}

static struct op_cost add_relu_cost(const struct node *node)
{
    return cost_of_elements(node, 2);
}

static const struct kernel *const kernels[] = {&add_relu_cpu, CUDA_KERNEL(add_relu_cuda) & add_relu_reference, NULL};

const struct op add_relu_op = {
    .name = "add_relu",
    .infer = infer_elementwise,
    .differentiate = add_relu_differentiate,
    .cost = add_relu_cost,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0 | 1U << 1,
    .any_layout = true,
    .kernels = kernels,
};
