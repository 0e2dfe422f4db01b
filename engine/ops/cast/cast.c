/* cast.c: the same numbers in another floating type; the gradient is cast back. */
#include "engine/ops/cast/cast.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"

static bool cast_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct cast_attributes *attributes = node->attributes;
    node_add_output(graph, node, attributes->dtype, node->inputs[0]->shape);
    return true;
}

struct value *cast(struct graph *graph, struct value *x, enum dtype dtype)
{
    struct cast_attributes attributes = {.dtype = dtype};
    return x == NULL ? NULL : node_result(graph_add(graph, &cast_op, &x, 1, &attributes, sizeof attributes));
}

static void cast_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                               struct value *input_gradients[])
{
    input_gradients[0] = cast(graph, output_gradients[0], node->inputs[0]->dtype);
}

static const struct kernel *const cast_kernels[] = {&cast_cpu, CUDA_KERNEL(cast_cuda) & cast_reference, NULL};

const struct op cast_op = {
    .name = "cast",
    .infer = cast_infer,
    .differentiate = cast_differentiate,
    .cost = cost_copy,
    .any_layout = true,
    .kernels = cast_kernels,
};
