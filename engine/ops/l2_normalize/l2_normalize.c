/* l2_normalize.c: channels of each pixel scaled to length 1, times weight, and its gradient: shapes, gradient rule, cost. */
#include "engine/ops/l2_normalize/l2_normalize.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool normalize_infer(struct graph *graph, struct node *node, struct error *error)
{
    if (!require_rank(node, 0, "an input", 4, error) ||
        !require_shape(node, 1, "a weight", SHAPE(node->inputs[0]->shape.size[1]), error))
        return false;
    node_add_output(graph, node, node->inputs[0]->dtype, node->inputs[0]->shape);
    return true;
}

struct value *l2_normalize(struct graph *graph, struct value *x, struct value *weight, double epsilon)
{
    struct value *inputs[] = {x, weight};
    struct l2_normalize_attributes attributes = {.epsilon = epsilon};
    if (x == NULL || weight == NULL)
        return NULL;
    return node_result(graph_add(graph, &l2_normalize_op, inputs, 2, &attributes, sizeof attributes));
}

static void normalize_differentiate(struct graph *graph, const struct node *node,
                                    struct value *const output_gradients[], struct value *input_gradients[])
{
    struct value *inputs[] = {output_gradients[0], node->inputs[0], node->inputs[1]};
    struct node *backward = graph_add(graph, &l2_normalize_backward_op, inputs, 3, node->attributes,
                                      sizeof(struct l2_normalize_attributes));
    for (int i = 0; i < 2 && backward != NULL; i++)
        input_gradients[i] = backward->outputs[i];
}

static bool backward_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    node_add_output(graph, node, node->inputs[1]->dtype, node->inputs[1]->shape);
    node_add_output(graph, node, node->inputs[2]->dtype, node->inputs[2]->shape);
    return true;
}

static struct op_cost normalize_cost(const struct node *node)
{
    return cost_of_elements(node, 4);
}

static const struct kernel *const normalize_kernels[] = {&l2_normalize_cpu,
                                                         CUDA_KERNEL(l2_normalize_cuda) & l2_normalize_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    &l2_normalize_backward_cpu, CUDA_KERNEL(l2_normalize_backward_cuda) & l2_normalize_backward_reference, NULL};

const struct op l2_normalize_op = {
    .name = "l2_normalize",
    .infer = normalize_infer,
    .differentiate = normalize_differentiate,
    .cost = normalize_cost,
    .kernels = normalize_kernels,
};

const struct op l2_normalize_backward_op = {
    .name = "l2_normalize_backward",
    .infer = backward_infer,
    .cost = normalize_cost,
    .kernels = backward_kernels,
};
