/* concat.c: joins values along an axis; its gradient takes the pieces apart with slice. */
#include "engine/ops/concat/concat.h"

#include <inttypes.h>

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool concat_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct concat_attributes *attributes = node->attributes;
    struct shape shape = node->inputs[0]->shape;
    if (attributes->axis < 0 || attributes->axis >= shape.rank)
        return error_set(error, ERROR_CONFIG, "wanted an axis below %d, found '%d'", shape.rank, attributes->axis);
    for (int i = 0; i < node->input_count; i++) {
        const struct shape *part = &node->inputs[i]->shape;
        struct shape wanted = node->inputs[0]->shape;
        if (part->rank == wanted.rank)
            wanted.size[attributes->axis] = part->size[attributes->axis];
        if (!require_float(node, i, "an input", error) || !require_shape(node, i, "an input", wanted, error))
            return false;
        shape.size[attributes->axis] += i > 0 ? part->size[attributes->axis] : 0;
    }
    node_add_output(graph, node, node->inputs[0]->dtype, shape);
    return true;
}

struct value *concat(struct graph *graph, struct value *const values[], int count, int axis)
{
    struct concat_attributes attributes = {.axis = axis};
    if (count < 1 || count > NODE_MAX_INPUTS)
        return graph_fail(graph, "wanted 1 to %d values to join, found %d", NODE_MAX_INPUTS, count);
    for (int i = 0; i < count; i++)
        if (values[i] == NULL)
            return NULL;
    return node_result(graph_add(graph, &concat_op, values, count, &attributes, sizeof attributes));
}

static void concat_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                 struct value *input_gradients[])
{
    const struct concat_attributes *attributes = node->attributes;
    struct slice_attributes slice = {.axis = attributes->axis};
    for (int i = 0; i < node->input_count; i++) {
        slice.size = node->inputs[i]->shape.size[slice.axis];
        if (node->inputs[i]->needs_gradient)
            input_gradients[i] = node_result(graph_add(graph, &slice_op, output_gradients, 1, &slice, sizeof slice));
        slice.start += slice.size;
    }
}

static bool slice_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct slice_attributes *attributes = node->attributes;
    struct shape shape = node->inputs[0]->shape;
    shape.size[attributes->axis] = attributes->size;
    node_add_output(graph, node, node->inputs[0]->dtype, shape);
    return true;
}

static const struct kernel *const concat_kernels[] = {CUDA_KERNEL(concat_cuda) & concat_reference, NULL};
static const struct kernel *const slice_kernels[] = {CUDA_KERNEL(slice_cuda) & slice_reference, NULL};

const struct op concat_op = {
    .name = "concat",
    .infer = concat_infer,
    .differentiate = concat_differentiate,
    .cost = cost_copy,
    .precision = OP_FOLLOW,
    .kernels = concat_kernels,
};

const struct op slice_op = {
    .name = "slice",
    .infer = slice_infer,
    .cost = cost_copy,
    .kernels = slice_kernels,
};
