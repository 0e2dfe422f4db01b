/* permute.c: dimensions in another order; its gradient is the permutation back. */
#include "engine/ops/permute/permute.h"

#include <string.h>

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/value_view.h"

static bool permute_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct permute_attributes *attributes = node->attributes;
    const struct shape *x = &node->inputs[0]->shape;
    struct shape y = {.rank = x->rank};
    unsigned seen = 0;
    for (int i = 0; i < x->rank; i++) {
        int from = attributes->order[i];
        if (from < 0 || from >= x->rank || (seen & 1U << from) != 0)
            return error_set(error, ERROR_CONFIG, "wanted each of %d dimensions once, found '%d' at place %d", x->rank,
                             from, i);
        seen |= 1U << from;
        y.size[i] = x->size[from];
    }
    if (!require_float(node, 0, "an input", error))
        return false;
    node_add_output(graph, node, node->inputs[0]->dtype, y);
    return true;
}

struct value *permute(struct graph *graph, struct value *x, const int order[SHAPE_MAX_RANK])
{
    if (x == NULL)
        return NULL;
    struct permute_attributes attributes = {.order = {0}};
    memcpy(attributes.order, order, sizeof *order * (size_t)x->shape.rank);
    return node_result(graph_add(graph, &permute_op, &x, 1, &attributes, sizeof attributes));
}

static void permute_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                  struct value *input_gradients[])
{
    const struct permute_attributes *attributes = node->attributes;
    int inverse[SHAPE_MAX_RANK] = {0};
    for (int i = 0; i < node->inputs[0]->shape.rank; i++)
        inverse[attributes->order[i]] = i;
    input_gradients[0] = permute(graph, output_gradients[0], inverse);
}

bool permute_is_view(const struct node *node)
{
    const struct permute_attributes *attributes = node->attributes;
    int from[SHAPE_MAX_RANK], to[SHAPE_MAX_RANK];
    if (!value_memory_order(node->inputs[0], from) || !value_memory_order(node->outputs[0], to))
        return false;
    for (int i = 0; i < node->inputs[0]->shape.rank; i++)
        if (attributes->order[to[i]] != from[i])
            return false;
    return true;
}

static const struct kernel *const kernels[] = {&permute_copy, CUDA_KERNEL(permute_cuda) & permute_reference, NULL};

const struct op permute_op = {
    .name = "permute",
    .infer = permute_infer,
    .differentiate = permute_differentiate,
    .cost = cost_copy,
    .precision = OP_FOLLOW,
    .is_view = permute_is_view,
    .kernels = kernels,
};
