/*
 * recompute.c: gives up the activations of named stages, and computes them again where the backward pass needs them.
 *
 * Clones of a stage's forward nodes go in front of the first of its backward nodes that needs one, and its backward nodes
 * read the clones' results; the plan then gives the originals' memory to others. Kept all the same: what other backward
 * nodes read, clones of other stages among them (a stage's inputs, which are others' outputs); what is read from outside; and
 * all results but a node's first, which are small (statistics, places in pooling windows). A clone is the same operation on
 * the same numbers in the same layouts, so that it gives the same bits.
 */
#include <assert.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/ops/op_tables.h"

struct recomputing {
    struct graph *graph;
    const struct string_list *stages;
    /* The one that is worked on: its place in `stages`. */
    int stage;
    /* By index of the value: some backward node outside of the stage reads it; it is to be computed again; its clone. */
    bool *is_read_elsewhere;
    bool *is_wanted;
    struct value **clones;
};

bool node_is_in(const struct node *node, const char *scope)
{
    size_t length = strlen(scope);
    return strncmp(node->name, scope, length) == 0 && node->name[length] == '.';
}

/* The stage that a node belongs to, the innermost where they are nested; -1: none. */
static int find_stage(const struct string_list *stages, const struct node *node)
{
    int found = -1;
    for (int i = 0; i < (int)stages->count; i++)
        if (node_is_in(node, stages->items[i]) &&
            (found < 0 || strlen(stages->items[i]) > strlen(stages->items[found])))
            found = i;
    return found;
}

static bool is_inside(const struct recomputing *recomputing, const struct node *node)
{
    return find_stage(recomputing->stages, node) == recomputing->stage;
}

static void find_read_elsewhere(const struct recomputing *recomputing)
{
    const struct graph *graph = recomputing->graph;
    for (int i = 0; i < graph->node_count; i++) {
        const struct node *node = graph->nodes[i];
        for (int j = 0; j < node->input_count && node->is_backward && !is_inside(recomputing, node); j++)
            if (node->inputs[j] != NULL)
                recomputing->is_read_elsewhere[node->inputs[j]->index] = true;
    }
}

static bool is_given_up(const struct recomputing *recomputing, const struct value *value)
{
    const struct node *producer = value != NULL ? value->producer : NULL;
    return producer != NULL && !producer->is_backward && producer->outputs[0] == value && !value->kept &&
           !recomputing->is_read_elsewhere[value->index] && is_inside(recomputing, producer);
}

/* Returns whether it reads one that is given up. */
static bool want_inputs(const struct recomputing *recomputing, const struct node *node)
{
    bool any = false;
    for (int i = 0; i < node->input_count; i++)
        if (is_given_up(recomputing, node->inputs[i]))
            any = recomputing->is_wanted[node->inputs[i]->index] = true;
    return any;
}

/* Finds what is to be computed again, and returns the first backward node that needs some of it; -1: none does. */
static int find_wanted(const struct recomputing *recomputing)
{
    const struct graph *graph = recomputing->graph;
    int first = -1;
    for (int i = graph->node_count - 1; i >= 0; i--) {
        const struct node *node = graph->nodes[i];
        if (!is_inside(recomputing, node))
            continue;
        if (node->is_backward && want_inputs(recomputing, node))
            first = i;
        else if (!node->is_backward && recomputing->is_wanted[node->outputs[0]->index])
            want_inputs(recomputing, node);
    }
    return first;
}

static void read_clones(const struct recomputing *recomputing, const struct node *node,
                        struct value *inputs[NODE_MAX_INPUTS])
{
    for (int i = 0; i < node->input_count; i++) {
        struct value *input = node->inputs[i];
        bool is_cloned = input != NULL && recomputing->is_wanted[input->index];
        inputs[i] = is_cloned ? recomputing->clones[input->index] : input;
    }
}

/* Of batch_norm the statistics are kept, and the running ones have been updated. */
static struct value *compute_again(struct graph *graph, const struct node *node, struct value *const inputs[])
{
    if (node->op == &batch_norm_op)
        return batch_norm_apply(graph, inputs, node);
    return graph_clone_node(graph, node, inputs)->outputs[0];
}

/* Clones are named as what the node's gradient rule adds. */
static void clone_node(const struct recomputing *recomputing, const struct node *node)
{
    struct value *inputs[NODE_MAX_INPUTS];
    read_clones(recomputing, node, inputs);
    graph_enter(recomputing->graph, "%s", node->name);
    recomputing->clones[node->outputs[0]->index] = compute_again(recomputing->graph, node, inputs);
    graph_leave(recomputing->graph);
}

/* `first`: see find_wanted. */
static void clone_nodes(const struct recomputing *recomputing, int first)
{
    struct graph *graph = recomputing->graph;
    graph_insert_before(graph, first);
    for (int i = 0; i < first; i++)
        if (!graph->nodes[i]->is_backward && recomputing->is_wanted[graph->nodes[i]->outputs[0]->index])
            clone_node(recomputing, graph->nodes[i]);
    int behind = graph->insert_at;
    graph_insert_at_end(graph);
    for (int i = behind; i < graph->node_count; i++)
        if (is_inside(recomputing, graph->nodes[i]))
            read_clones(recomputing, graph->nodes[i], graph->nodes[i]->inputs);
}

static void recompute_stage(struct graph *graph, const struct string_list *stages, int stage)
{
    size_t count = (size_t)graph->value_count;
    struct recomputing recomputing = {
        .graph = graph,
        .stages = stages,
        .stage = stage,
        .is_read_elsewhere = memory_allocate(count, sizeof *recomputing.is_read_elsewhere),
        .is_wanted = memory_allocate(count, sizeof *recomputing.is_wanted),
        .clones = memory_allocate(count, sizeof *recomputing.clones),
    };
    find_read_elsewhere(&recomputing);
    int first = find_wanted(&recomputing);
    if (first >= 0)
        clone_nodes(&recomputing, first);
    memory_free(recomputing.is_read_elsewhere);
    memory_free(recomputing.is_wanted);
    memory_free(recomputing.clones);
}

void graph_recompute(struct graph *graph, const struct string_list *stages)
{
    assert(graph->differentiated && !graph->compiled);
    if (stages->count == 0 || error_is_set(&graph->error))
        return;
    graph_prune(graph);
    bool *is_done = memory_allocate(stages->count, sizeof *is_done);
    /* The last stage first: its clones read the outputs of those in front of it. */
    for (int i = graph->node_count - 1; i >= 0; i--) {
        int stage = graph->nodes[i]->is_backward ? -1 : find_stage(stages, graph->nodes[i]);
        if (stage >= 0 && !is_done[stage])
            recompute_stage(graph, stages, stage);
        if (stage >= 0)
            is_done[stage] = true;
    }
    memory_free(is_done);
}
