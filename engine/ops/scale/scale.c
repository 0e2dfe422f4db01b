/* scale.c: x * factor. */
#include "engine/ops/scale/scale.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

struct value *scale(struct graph *graph, struct value *x, double factor)
{
    struct scale_attributes attributes = {.factor = factor};
    return x == NULL ? NULL : node_result(graph_add(graph, &scale_op, &x, 1, &attributes, sizeof attributes));
}

static void scale_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                struct value *input_gradients[])
{
    const struct scale_attributes *attributes = node->attributes;
    input_gradients[0] = scale(graph, output_gradients[0], attributes->factor);
}

static const struct kernel *const kernels[] = {&scale_cpu, CUDA_KERNEL(scale_cuda) & scale_reference, NULL};

const struct op scale_op = {
    .name = "scale",
    .infer = infer_elementwise,
    .differentiate = scale_differentiate,
    .cost = cost_elementwise,
    .precision = OP_FOLLOW,
    .in_place = 1U << 0,
    .any_layout = true,
    .kernels = kernels,
};
