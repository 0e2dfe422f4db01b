/* prune.c: takes out the nodes that nobody needs. */
#include "engine/base/memory.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"

static bool output_is_wanted(const struct value *output, const bool *is_used)
{
    const struct value *of = output->gradient_of;
    return output->kept || is_used[output->index] || (of != NULL && of->gradient == output);
}

void graph_prune(struct graph *graph)
{
    bool *is_used = memory_allocate((size_t)graph->value_count, sizeof *is_used);
    bool *keep = memory_allocate((size_t)graph->node_count, sizeof *keep);
    for (int i = graph->node_count - 1; i >= 0; i--) {
        const struct node *node = graph->nodes[i];
        keep[i] = node->op->updates != 0;
        for (int j = 0; j < node->output_count; j++)
            keep[i] = keep[i] || output_is_wanted(node->outputs[j], is_used);
        for (int j = 0; j < node->input_count && keep[i]; j++)
            if (node->inputs[j] != NULL)
                is_used[node->inputs[j]->index] = true;
    }
    graph_remove_nodes(graph, keep);
    memory_free(is_used);
    memory_free(keep);
}
