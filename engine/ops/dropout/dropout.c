/* dropout.c: elements that become 0 at random, the others made larger; its gradient is the same operation. */
#include "engine/ops/dropout/dropout.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool dropout_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct dropout_attributes *attributes = node->attributes;
    if (!(attributes->p >= 0 && attributes->p < 1))
        return error_set(error, ERROR_CONFIG, "wanted a dropout in [0, 1), found %g", attributes->p);
    node_add_output(graph, node, node->inputs[0]->dtype, node->inputs[0]->shape);
    return true;
}

static struct value *add_dropout(struct graph *graph, struct value *x, struct value *key,
                                 const struct dropout_attributes *attributes)
{
    struct value *inputs[] = {x, key};
    if (x == NULL || key == NULL)
        return NULL;
    return node_result(graph_add(graph, &dropout_op, inputs, 2, attributes, sizeof *attributes));
}

struct value *dropout(struct graph *graph, struct value *x, double p)
{
    struct dropout_attributes attributes = {.p = p, .stream = (uint64_t)graph_node_count(graph)};
    return add_dropout(graph, x, graph_input(graph, DROPOUT_KEY, DTYPE_I64, SHAPE(2)), &attributes);
}

static void dropout_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                  struct value *input_gradients[])
{
    input_gradients[0] = add_dropout(graph, output_gradients[0], node->inputs[1], node->attributes);
}

static const struct kernel *const kernels[] = {&dropout_cpu, CUDA_KERNEL(dropout_cuda) & dropout_reference, NULL};

const struct op dropout_op = {
    .name = "dropout",
    .infer = dropout_infer,
    .differentiate = dropout_differentiate,
    .cost = cost_elementwise,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0,
    .kernels = kernels,
};
