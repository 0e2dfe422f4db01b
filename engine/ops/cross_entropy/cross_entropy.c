/* cross_entropy.c: the mean cross entropy of logits and its gradient: shapes, gradient rule, cost. */
#include "engine/ops/cross_entropy/cross_entropy.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool cross_entropy_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct cross_entropy_attributes *attributes = node->attributes;
    if (!require_rank(node, 0, "logits", 2, error) || !require_dtype(node, 1, "labels", DTYPE_I32, error) ||
        !require_shape(node, 1, "labels", SHAPE(node->inputs[0]->shape.size[0]), error))
        return false;
    if (!(attributes->label_smoothing >= 0 && attributes->label_smoothing <= 1))
        return error_set(error, ERROR_CONFIG, "wanted a label smoothing between 0 and 1, found '%g'",
                         attributes->label_smoothing);
    node_add_output(graph, node, node->inputs[0]->dtype, (struct shape){.rank = 0});
    node_add_output(graph, node, node->inputs[0]->dtype, node->inputs[0]->shape);
    return true;
}

struct value *cross_entropy(struct graph *graph, struct value *logits, struct value *labels, double label_smoothing)
{
    struct value *inputs[] = {logits, labels};
    struct cross_entropy_attributes attributes = {.label_smoothing = label_smoothing};
    if (logits == NULL || labels == NULL)
        return NULL;
    return node_result(graph_add(graph, &cross_entropy_op, inputs, 2, &attributes, sizeof attributes));
}

static void cross_entropy_differentiate(struct graph *graph, const struct node *node,
                                        struct value *const output_gradients[], struct value *input_gradients[])
{
    const struct cross_entropy_attributes *attributes = node->attributes;
    struct value *inputs[] = {output_gradients[0], node->outputs[1], node->inputs[1]};
    input_gradients[0] =
        node_result(graph_add(graph, &cross_entropy_backward_op, inputs, 3, attributes, sizeof *attributes));
}

static bool backward_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    node_add_output(graph, node, node->inputs[1]->dtype, node->inputs[1]->shape);
    return true;
}

static struct op_cost cross_entropy_cost(const struct node *node)
{
    struct op_cost cost = cost_copy(node);
    cost.flops = 5.0 * (double)shape_count(&node->inputs[0]->shape);
    return cost;
}

static struct op_cost backward_cost(const struct node *node)
{
    return cost_of_elements(node, 2);
}

static const struct kernel *const cross_entropy_kernels[] = {CUDA_KERNEL(cross_entropy_cuda) & cross_entropy_reference,
                                                             NULL};
static const struct kernel *const backward_kernels[] = {
    CUDA_KERNEL(cross_entropy_backward_cuda) & cross_entropy_backward_reference, NULL};

const struct op cross_entropy_op = {
    .name = "cross_entropy",
    .infer = cross_entropy_infer,
    .differentiate = cross_entropy_differentiate,
    .cost = cross_entropy_cost,
    .kernels = cross_entropy_kernels,
};

const struct op cross_entropy_backward_op = {
    .name = "cross_entropy_backward",
    .infer = backward_infer,
    .cost = backward_cost,
    .kernels = backward_kernels,
};
