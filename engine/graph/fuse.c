/*
 * fuse.c: joins pairs of nodes that one kernel computes in one pass over memory: a relu behind a convolution, a batch
 * norm or a sum. Runs before differentiation: the joined operations have gradient rules of their own.
 */
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"

/* Makes the node compute max(result, 0). False when its operation cannot, or does already. */
static bool node_take_relu(struct graph *graph, struct node *node)
{
    if (node->op == &add_op) {
        node->op = &add_relu_op;
        return true;
    }
    if (node->op == &conv2d_op && !((const struct conv2d_attributes *)node->attributes)->relu) {
        struct conv2d_attributes *attributes = arena_allocate(&graph->arena, 1, sizeof *attributes);
        *attributes = *(const struct conv2d_attributes *)node->attributes;
        attributes->relu = true;
        node->attributes = attributes;
        return true;
    }
    if (node->op == &batch_norm_op && !((const struct batch_norm_attributes *)node->attributes)->relu) {
        struct batch_norm_attributes *attributes = arena_allocate(&graph->arena, 1, sizeof *attributes);
        *attributes = *(const struct batch_norm_attributes *)node->attributes;
        attributes->relu = true;
        node->attributes = attributes;
        return true;
    }
    return false;
}

/* By index of the value: how many inputs of nodes it is. */
static int *count_uses(const struct graph *graph)
{
    int *uses = memory_allocate((size_t)graph->value_count, sizeof *uses);
    for (int i = 0; i < graph->node_count; i++)
        for (int j = 0; j < graph->nodes[i]->input_count; j++)
            if (graph->nodes[i]->inputs[j] != NULL)
                uses[graph->nodes[i]->inputs[j]->index]++;
    return uses;
}

/* Gives the relu's result to the node in front of it. True when the relu has nothing left to do. */
static bool fuse_relu(struct graph *graph, const struct node *node, const int *uses)
{
    if (node->op != &relu_op)
        return false;
    struct value *input = node->inputs[0], *output = node->outputs[0];
    if (input->kind != VALUE_RESULT || input->kept || uses[input->index] != 1 || input->producer->outputs[0] != input ||
        !node_take_relu(graph, input->producer))
        return false;
    input->producer->outputs[0] = output;
    output->producer = input->producer;
    return true;
}

void graph_fuse(struct graph *graph)
{
    int *uses = count_uses(graph);
    bool *keep = memory_allocate((size_t)graph->node_count, sizeof *keep);
    for (int i = 0; i < graph->node_count; i++)
        keep[i] = !fuse_relu(graph, graph->nodes[i], uses);
    graph_remove_nodes(graph, keep);
    memory_free(uses);
    memory_free(keep);
}
