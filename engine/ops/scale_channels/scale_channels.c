/* scale_channels.c: each channel of each image times its own factor: shapes, gradient rule, cost. */
#include "engine/ops/scale_channels/scale_channels.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool scale_channels_infer(struct graph *graph, struct node *node, struct error *error)
{
    if (!require_rank(node, 0, "an input", 4, error))
        return false;
    const struct shape *shape = &node->inputs[0]->shape;
    if (!require_shape(node, 1, "factors", SHAPE(shape->size[0], shape->size[1]), error))
        return false;
    node_add_output(graph, node, node->inputs[0]->dtype, *shape);
    return true;
}

struct value *scale_channels(struct graph *graph, struct value *x, struct value *factors)
{
    struct value *inputs[] = {x, factors};
    return x == NULL || factors == NULL ? NULL : node_result(graph_add(graph, &scale_channels_op, inputs, 2, NULL, 0));
}

static void scale_channels_differentiate(struct graph *graph, const struct node *node,
                                         struct value *const output_gradients[], struct value *input_gradients[])
{
    struct value *x = node->inputs[0], *factors = node->inputs[1];
    struct value *inputs[] = {output_gradients[0], x};
    if (x->needs_gradient)
        input_gradients[0] = scale_channels(graph, output_gradients[0], factors);
    if (factors->needs_gradient)
        input_gradients[1] = node_result(graph_add(graph, &scale_channels_backward_factors_op, inputs, 2, NULL, 0));
}

static bool backward_factors_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const int64_t *size = node->inputs[0]->shape.size;
    node_add_output(graph, node, node->inputs[0]->dtype, SHAPE(size[0], size[1]));
    return true;
}

static struct op_cost backward_factors_cost(const struct node *node)
{
    const int64_t *size = node->inputs[0]->shape.size;
    return cost_of_elements(node, 2.0 * (double)(size[2] * size[3]));
}

static const struct kernel *const forward_kernels[] = {
    &scale_channels_cpu, CUDA_KERNEL(scale_channels_cuda) & scale_channels_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    &scale_channels_backward_factors_cpu,
    CUDA_KERNEL(scale_channels_backward_factors_cuda) & scale_channels_backward_factors_reference, NULL};

const struct op scale_channels_op = {
    .name = "scale_channels",
    .infer = scale_channels_infer,
    .differentiate = scale_channels_differentiate,
    .cost = cost_elementwise,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0,
    .any_layout = true,
    .kernels = forward_kernels,
};

const struct op scale_channels_backward_factors_op = {
    .name = "scale_channels_backward_factors",
    .infer = backward_factors_infer,
    .cost = backward_factors_cost,
    .any_layout = true,
    .kernels = backward_kernels,
};
