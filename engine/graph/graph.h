/*
 * graph.h: what a model computes, before anybody decides how.
 *
 * A graph is a list of nodes in the order in which they were added; every value is assigned once and knows its shape and
 * element type. Models add nodes through the functions of engine/ops/ops.h; the shape rule of an operation runs when its
 * node is added. The first failure is kept in the graph and every later call returns NULL quietly, so that a model reads
 * as straight-line code and is asked once, at the end:
 *
 *     struct value *x = graph_input(graph, "images", DTYPE_F32, SHAPE(8, 3, 300, 300));
 *     x = conv2d(graph, x, graph_parameter(graph, "weight", SHAPE(64, 3, 7, 7), init), NULL, &attributes);
 *     x = relu(graph, x);
 *     if (!graph_check(graph, error)) return false;
 *
 * Its place in the house: engine/graph/ (autodiff, passes, plan, program) and engine/ops/ work on it; nothing here knows
 * a device or a library.
 */
#ifndef LRUN_ENGINE_GRAPH_GRAPH_H
#define LRUN_ENGINE_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/params.h"
#include "engine/graph/init.h"
#include "engine/tensor/tensor.h"

struct graph;
struct op;

/** Where a value comes from. */
enum value_kind {
    VALUE_INPUT,     /* given to every run: a field of the batch */
    VALUE_PARAMETER, /* trained; lives in the parameter store */
    VALUE_BUFFER,    /* kept between runs but not trained (running statistics); lives in the parameter store */
    VALUE_RESULT,    /* output of a node */
};

/** How a value's elements lie in memory. Chosen by the layout pass; values of other rank than 4 are always plain. */
enum layout {
    LAYOUT_PLAIN,         /* row-major in the order of the shape (NCHW) */
    LAYOUT_CHANNELS_LAST, /* [n, c, h, w] stored as NHWC */
    LAYOUT_BLOCKED_8,  /* nChw8c: channels in blocks of 8; only where they are a multiple of 8, so nothing is padded */
    LAYOUT_BLOCKED_16, /* nChw16c: the same with 16 */
};

/** One array: assigned once, by its producer. Owned by the graph. */
struct value {
    enum value_kind kind;
    /** Full name: "backbone.layer1.0.conv1.weight", or "relu_12" for a result. */
    const char *name;
    enum dtype dtype;
    struct shape shape;
    enum layout layout;
    /** The node that computes it; NULL unless kind is VALUE_RESULT. */
    struct node *producer;
    /** Position among the graph's values. */
    int index;
    /** True when a parameter is among what it is computed from. */
    bool needs_gradient;
    /** First value; only for parameters and buffers. */
    struct init init;
    /** The value that this is a gradient of (a whole one or a part of it); NULL when it is none. */
    const struct value *gradient_of;
    /** After graph_differentiate, of a parameter: its gradient. See graph_gradient. */
    struct value *gradient;
    /** See graph_keep. */
    bool kept;
    /** Of a kept result that is not plain: its plain copy, made by the layout pass. */
    const struct value *plain_copy;
};

#define NODE_MAX_INPUTS 8
#define NODE_MAX_OUTPUTS 6

/** One operation applied to values. Owned by the graph. */
struct node {
    const struct op *op;
    /** Scope and operation: "layer1.0.conv1". For messages, profiles and summaries. */
    const char *name;
    /** Inputs; an optional one that is absent (a bias) is NULL. */
    struct value *inputs[NODE_MAX_INPUTS];
    int input_count;
    struct value *outputs[NODE_MAX_OUTPUTS];
    int output_count;
    /** The operation's own attributes struct, copied into the graph. */
    const void *attributes;
    int index;
    /** True for what graph_differentiate and graph_recompute added. */
    bool is_backward;
};

/** Makes an empty graph. Never NULL. */
struct graph *graph_create(void);
void graph_destroy(struct graph **graph);

/** The floating types of a graph's arrays. Zero is float32 throughout. */
struct number_types {
    /** Of parameters and of their gradients. */
    enum dtype parameters;
    /** Of what operations of many products compute, and of the results that follow them. */
    enum dtype narrow;
    /** Of statistics, losses and everything else. Nothing is computed in less than float32. */
    enum dtype wide;
};

/** Chooses the types; before anything is added. Models build as if all were float32: passes cast (precision.c). */
void graph_set_types(struct graph *graph, const struct number_types *types);

/** Names what is added from here on: parameters get "name.", nodes too. Pairs with graph_leave. */
void graph_enter(struct graph *graph, const char *format, ...) __attribute__((format(printf, 2, 3)));
void graph_leave(struct graph *graph);

/** From here on, errors point at this place of the user's config (the component that is being built). */
void graph_set_mark(struct graph *graph, struct mark mark);

/** A field of the batch. The name is used as it is, without scope: "images". Asked for twice, the same value comes back. */
struct value *graph_input(struct graph *graph, const char *name, enum dtype dtype, struct shape shape);

/** A trained array of the graph's type for parameters, named in the current scope. Asked for twice under one name, the same value comes back. */
struct value *graph_parameter(struct graph *graph, const char *name, struct shape shape, struct init init);

/** An array that is kept between runs but not trained, named in the current scope. Float32 ones are of the wide type. */
struct value *graph_buffer(struct graph *graph, const char *name, enum dtype dtype, struct shape shape,
                           struct init init);

/**
 * Adds a node. `attributes` (NULL: none) is copied. Runs the operation's shape rule, which sets the outputs. Returns the
 * node, or NULL when it failed or an earlier call did. Called by the functions of engine/ops/ops.h only.
 */
struct node *graph_add(struct graph *graph, const struct op *op, struct value *const inputs[], int input_count,
                       const void *attributes, size_t attributes_size);

/** Records a failure of the code that builds the graph, unless there is one. Returns NULL for convenience. */
struct value *graph_fail(struct graph *graph, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** True when nothing failed so far; else copies the first failure into `error` (ERROR_CONFIG). */
bool graph_check(const struct graph *graph, struct error *error);

/**
 * Adds the backward nodes for a scalar floating `loss`: for each parameter that it depends on, a gradient value.
 * Called once, when the forward part is whole: fuses its nodes first. See engine/graph/autodiff.c.
 */
void graph_differentiate(struct graph *graph, struct value *loss);

/** The input that a scaled loss is multiplied by: one number, of the loss' type and shape. */
#define LOSS_SCALE "loss_scale"

/**
 * Gradients will be those of the loss times the input LOSS_SCALE: so large that float16 holds them. The loss itself stays. Called
 * before graph_differentiate, or not at all. As torch.amp.GradScaler.scale.
 */
void graph_scale_loss(struct graph *graph);

/**
 * Gives up the activations of these stages after the forward pass, and computes them again in the backward pass from what
 * enters the stage: less memory, more time, the same results to the bit. A stage is a scope ("backbone.layer1"); where they are
 * nested, a node belongs to the innermost. Called behind graph_differentiate, or not at all. As torch.utils.checkpoint.
 */
void graph_recompute(struct graph *graph, const struct string_list *stages);

/** True when the node was added in this scope or further in. */
bool node_is_in(const struct node *node, const char *scope);

/** The gradient of a parameter after graph_differentiate; NULL when the loss does not depend on it. */
struct value *graph_gradient(const struct graph *graph, const struct value *parameter);

/**
 * Keeps a result readable after a run: the memory plan gives its memory to nobody else. NULL is ignored. Called before
 * graph_differentiate, which may fuse away what nobody keeps (fused nodes keep the last one's result).
 */
void graph_keep(struct graph *graph, struct value *value);
bool graph_is_kept(const struct graph *graph, const struct value *value);

/** The nodes and values, in the order in which they were added. */
int graph_node_count(const struct graph *graph);
struct node *graph_get_node(const struct graph *graph, int index);
int graph_value_count(const struct graph *graph);
struct value *graph_get_value(const struct graph *graph, int index);

/** The input of this name; NULL when there is none. */
struct value *graph_find_input(const struct graph *graph, const char *name);

/** The graph's memory, for attributes that hold arrays (a table of default boxes): lives as long as the graph. */
struct arena *graph_arena(struct graph *graph);

#endif
