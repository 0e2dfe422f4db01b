/* softmax.c: softmax over the last dimension and its gradient: shapes, gradient rule, cost. */
#include "engine/ops/softmax/softmax.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool softmax_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct shape *shape = &node->inputs[0]->shape;
    if (shape->rank < 1 || shape->size[shape->rank - 1] < 1)
        return error_set(error, ERROR_CONFIG, "wanted at least one element along the last dimension");
    return infer_elementwise(graph, node, error);
}

struct value *softmax(struct graph *graph, struct value *x)
{
    return x == NULL ? NULL : node_result(graph_add(graph, &softmax_op, &x, 1, NULL, 0));
}

static void softmax_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                  struct value *input_gradients[])
{
    struct value *inputs[] = {output_gradients[0], node->outputs[0]};
    input_gradients[0] = node_result(graph_add(graph, &softmax_backward_op, inputs, 2, NULL, 0));
}

static struct op_cost softmax_cost(const struct node *node)
{
    return cost_of_elements(node, 5);
}

static const struct kernel *const softmax_kernels[] = {CUDA_KERNEL(softmax_cuda) & softmax_reference, NULL};
static const struct kernel *const backward_kernels[] = {CUDA_KERNEL(softmax_backward_cuda) & softmax_backward_reference,
                                                        NULL};

const struct op softmax_op = {
    .name = "softmax",
    .infer = softmax_infer,
    .differentiate = softmax_differentiate,
    .cost = softmax_cost,
    .kernels = softmax_kernels,
};

const struct op softmax_backward_op = {
    .name = "softmax_backward",
    .infer = infer_elementwise,
    .cost = softmax_cost,
    .kernels = backward_kernels,
};
