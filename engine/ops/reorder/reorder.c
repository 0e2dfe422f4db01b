/* reorder.c: the same elements in another layout; also a plain copy. Inserted by passes, never by models. */
#include "engine/ops/reorder/reorder.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"

static bool reorder_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct value *x = node->inputs[0];
    node_add_output(graph, node, x->dtype, x->shape);
    return true;
}

struct value *reorder(struct graph *graph, struct value *x, enum layout layout)
{
    struct value *inputs[] = {x};
    if (x == NULL)
        return NULL;
    struct value *result = node_result(graph_add(graph, &reorder_op, inputs, 1, NULL, 0));
    if (result != NULL)
        result->layout = layout;
    return result;
}

int64_t layout_block(const struct value *value)
{
    switch (value->layout) {
    case LAYOUT_CHANNELS_LAST:
        return value->shape.size[1];
    case LAYOUT_BLOCKED_8:
        return 8;
    case LAYOUT_BLOCKED_16:
        return 16;
    case LAYOUT_PLAIN:
        break;
    }
    return 1;
}

/* Of one pixel, channels lie one behind the other in every layout. In the same layout it is a copy that somebody wants. */
static bool reorder_is_view(const struct node *node)
{
    const struct value *x = node->inputs[0], *y = node->outputs[0];
    return x->shape.rank == 4 && x->layout != y->layout && x->shape.size[2] == 1 && x->shape.size[3] == 1;
}

static const struct kernel *const reorder_kernels[] = {&reorder_tiled, CUDA_KERNEL(reorder_cuda) & reorder_reference,
                                                       NULL};

const struct op reorder_op = {
    .name = "reorder",
    .infer = reorder_infer,
    .cost = cost_copy,
    .is_view = reorder_is_view,
    .kernels = reorder_kernels,
};
