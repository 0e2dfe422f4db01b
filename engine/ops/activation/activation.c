/* activation.c: elementwise activations and their gradients, which are formulas of x. */
#include "engine/ops/activation/activation.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"

struct value *activation(struct graph *graph, struct value *x, enum activation kind)
{
    struct activation_attributes attributes = {.kind = kind};
    return x == NULL ? NULL : node_result(graph_add(graph, &activation_op, &x, 1, &attributes, sizeof attributes));
}

static void activation_differentiate(struct graph *graph, const struct node *node,
                                     struct value *const output_gradients[], struct value *input_gradients[])
{
    struct value *inputs[] = {output_gradients[0], node->inputs[0]};
    input_gradients[0] = node_result(
        graph_add(graph, &activation_backward_op, inputs, 2, node->attributes, sizeof(struct activation_attributes)));
}

/* A comparison, a sum, a product and a quotient or so. */
static struct op_cost activation_cost(const struct node *node)
{
    return cost_of_elements(node, 4);
}

static const struct kernel *const activation_kernels[] = {&activation_cpu,
                                                          CUDA_KERNEL(activation_cuda) & activation_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    &activation_backward_cpu, CUDA_KERNEL(activation_backward_cuda) & activation_backward_reference, NULL};

const struct op activation_op = {
    .name = "activation",
    .infer = infer_elementwise,
    .differentiate = activation_differentiate,
    .cost = activation_cost,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0,
    .any_layout = true,
    .kernels = activation_kernels,
};

const struct op activation_backward_op = {
    .name = "activation_backward",
    .infer = infer_elementwise,
    .cost = activation_cost,
    .in_place = 1U << 0 | 1U << 1,
    .any_layout = true,
    .kernels = backward_kernels,
};
