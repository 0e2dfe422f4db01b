/* global_average_pool.c: the mean over rows and columns and its gradient: shapes, gradient rule, cost. */
#include "engine/ops/global_average_pool/global_average_pool.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool pool_infer(struct graph *graph, struct node *node, struct error *error)
{
    if (!require_rank(node, 0, "an input", 4, error))
        return false;
    const struct shape *shape = &node->inputs[0]->shape;
    if (shape->size[2] * shape->size[3] < 1)
        return error_set(error, ERROR_CONFIG, "wanted an input of at least one pixel");
    node_add_output(graph, node, node->inputs[0]->dtype, SHAPE(shape->size[0], shape->size[1]));
    return true;
}

struct value *global_average_pool(struct graph *graph, struct value *x)
{
    return x == NULL ? NULL : node_result(graph_add(graph, &global_average_pool_op, &x, 1, NULL, 0));
}

static void pool_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                               struct value *input_gradients[])
{
    struct global_average_pool_backward_attributes attributes = {.result = node->inputs[0]->shape};
    input_gradients[0] = node_result(
        graph_add(graph, &global_average_pool_backward_op, output_gradients, 1, &attributes, sizeof attributes));
}

static bool backward_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct global_average_pool_backward_attributes *attributes = node->attributes;
    node_add_output(graph, node, node->inputs[0]->dtype, attributes->result);
    return true;
}

static struct op_cost pool_cost(const struct node *node)
{
    const int64_t *size = node->inputs[0]->shape.size;
    return cost_of_elements(node, (double)(size[2] * size[3]));
}

static const struct kernel *const pool_kernels[] = {
    &global_average_pool_cpu, CUDA_KERNEL(global_average_pool_cuda) & global_average_pool_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    &global_average_pool_backward_cpu,
    CUDA_KERNEL(global_average_pool_backward_cuda) & global_average_pool_backward_reference, NULL};

const struct op global_average_pool_op = {
    .name = "global_average_pool",
    .infer = pool_infer,
    .differentiate = pool_differentiate,
    .cost = pool_cost,
    .precision = OP_FOLLOW,
    .any_layout = true,
    .kernels = pool_kernels,
};

const struct op global_average_pool_backward_op = {
    .name = "global_average_pool_backward",
    .infer = backward_infer,
    .cost = cost_elementwise,
    .any_layout = true,
    .kernels = backward_kernels,
};
