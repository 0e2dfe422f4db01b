/* cost.c: how much work the nodes of a graph are. */
#include "engine/graph/op.h"
#include "engine/graph/program.h"

static struct op_cost sum_costs(const struct graph *graph, bool forward_only)
{
    struct op_cost sum = {0};
    for (int i = 0; i < graph_node_count(graph); i++) {
        const struct node *node = graph_get_node(graph, i);
        if (node->op->cost == NULL || (forward_only && node->is_backward))
            continue;
        struct op_cost cost = node->op->cost(node);
        sum.flops += cost.flops;
        sum.bytes += cost.bytes;
    }
    return sum;
}

struct op_cost graph_cost(const struct graph *graph)
{
    return sum_costs(graph, false);
}

struct op_cost graph_forward_cost(const struct graph *graph)
{
    return sum_costs(graph, true);
}
