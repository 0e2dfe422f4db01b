/* reshape.c: the same elements in another shape. */
#include "engine/ops/reshape/reshape.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/value_view.h"

static bool reshape_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct reshape_attributes *attributes = node->attributes;
    const struct value *x = node->inputs[0];
    char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
    if (!shape_is_valid(&attributes->shape) || shape_count(&attributes->shape) != shape_count(&x->shape))
        return error_set(error, ERROR_CONFIG, "wanted as many elements as %s has, found %s",
                         shape_format(&attributes->shape, wanted), shape_format(&x->shape, found));
    node_add_output(graph, node, x->dtype, attributes->shape);
    return true;
}

struct value *reshape(struct graph *graph, struct value *x, struct shape shape)
{
    struct reshape_attributes attributes = {.shape = shape};
    return x == NULL ? NULL : node_result(graph_add(graph, &reshape_op, &x, 1, &attributes, sizeof attributes));
}

static void reshape_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                  struct value *input_gradients[])
{
    input_gradients[0] = reshape(graph, output_gradients[0], node->inputs[0]->shape);
}

static bool reshape_is_view(const struct node *node)
{
    return node_is_plain(node);
}

static const struct kernel *const kernels[] = {CUDA_KERNEL(reshape_cuda) & reshape_reference, NULL};

const struct op reshape_op = {
    .name = "reshape",
    .infer = reshape_infer,
    .differentiate = reshape_differentiate,
    .cost = cost_copy,
    .precision = OP_FOLLOW,
    .is_view = reshape_is_view,
    .kernels = kernels,
};
