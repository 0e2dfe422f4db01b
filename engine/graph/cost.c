/* cost.c: how much work the nodes of a graph are. */
#include "engine/graph/op.h"
#include "engine/graph/program.h"

struct op_cost graph_cost(const struct graph *graph, int count)
{
    struct op_cost sum = {0};
    if (count < 0 || count > graph_node_count(graph))
        count = graph_node_count(graph);
    for (int i = 0; i < count; i++) {
        const struct node *node = graph_get_node(graph, i);
        if (node->op->cost == NULL)
            continue;
        struct op_cost cost = node->op->cost(node);
        sum.flops += cost.flops;
        sum.bytes += cost.bytes;
    }
    return sum;
}
