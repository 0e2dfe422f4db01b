/* relu.c: max(x, 0) and its gradient, whose mask comes from the output so that relu can work in place. */
#include "engine/ops/relu/relu.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

struct value *relu(struct graph *graph, struct value *x)
{
    return x == NULL ? NULL : node_result(graph_add(graph, &relu_op, &x, 1, NULL, 0));
}

struct value *relu_backward(struct graph *graph, struct value *gradient, struct value *output)
{
    struct value *inputs[] = {gradient, output};
    if (gradient == NULL || output == NULL)
        return NULL;
    return node_result(graph_add(graph, &relu_backward_op, inputs, 2, NULL, 0));
}

static void relu_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                               struct value *input_gradients[])
{
    input_gradients[0] = relu_backward(graph, output_gradients[0], node->outputs[0]);
}

static const struct kernel *const relu_kernels[] = {&relu_cpu, CUDA_KERNEL(relu_cuda) & relu_reference, NULL};
static const struct kernel *const relu_backward_kernels[] = {
    &relu_backward_cpu, CUDA_KERNEL(relu_backward_cuda) & relu_backward_reference, NULL};

const struct op relu_op = {
    .name = "relu",
    .infer = infer_elementwise,
    .differentiate = relu_differentiate,
    .cost = cost_elementwise,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0,
    .any_layout = true,
    .kernels = relu_kernels,
};

const struct op relu_backward_op = {
    .name = "relu_backward",
    .infer = infer_elementwise,
    .cost = cost_elementwise,
    .in_place = 1U << 0 | 1U << 1,
    .any_layout = true,
    .kernels = relu_backward_kernels,
};
