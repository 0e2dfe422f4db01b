/* graph_parts.h: what a graph is made of, for the passes that change it. Internal to engine/graph/. */
#ifndef LRUN_ENGINE_GRAPH_GRAPH_PARTS_H
#define LRUN_ENGINE_GRAPH_GRAPH_PARTS_H

#include "engine/base/text.h"
#include "engine/graph/graph.h"
#include "engine/graph/names.h"

struct graph {
    /** Nodes, values, names, attributes. */
    struct arena arena;
    struct node **nodes;
    int node_count;
    int node_capacity;
    struct value **values;
    int value_count;
    int value_capacity;
    /** Inputs, parameters and buffers by name -> index of the value; nodes by name -> how often it was wanted. */
    struct names value_names;
    struct names node_names;
    /** "layer1.0." and the lengths that graph_leave goes back to. */
    struct text scope;
    size_t *scope_lengths;
    int scope_depth;
    int scope_capacity;
    struct mark mark;
    struct number_types types;
    /** See graph_scale_loss. */
    bool scales_loss;
    /** The first failure. */
    struct error error;
    /** Where the next node goes: in front of this one; -1: behind all. */
    int insert_at;
    /** True once there are backward nodes: what is added from then on has no gradient itself. */
    bool differentiated;
    /** True once a program was made of it. */
    bool compiled;
};

/** A new value like a node's output, of another type, in its place: the node's output is still to be set to it. */
struct value *graph_copy_value(struct graph *graph, const struct value *value, enum dtype dtype);

/**
 * Adds a node that does the same as `node`, from other inputs, with results of its own. Their types and shapes are the same; there
 * is nothing to check.
 */
struct node *graph_clone_node(struct graph *graph, const struct node *node, struct value *const inputs[]);

/** New nodes go in front of node `index` until graph_insert_at_end. */
void graph_insert_before(struct graph *graph, int index);
void graph_insert_at_end(struct graph *graph);

/** Takes out the nodes whose index is not marked in `keep`, and renumbers the others. Their values stay. */
void graph_remove_nodes(struct graph *graph, const bool *keep);

#endif
