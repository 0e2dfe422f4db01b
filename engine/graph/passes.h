/* passes.h: what a graph goes through on its way to a program. Internal to engine/graph/. */
#ifndef LRUN_ENGINE_GRAPH_PASSES_H
#define LRUN_ENGINE_GRAPH_PASSES_H

#include "engine/backends/device.h"
#include "engine/base/text.h"
#include "engine/graph/graph.h"

struct kernel;
struct kernel_choices;
struct kernel_instance;

/** Joins pairs of nodes that have a fused operation. Before differentiation. See fuse.c. */
void graph_fuse(struct graph *graph);

/**
 * Gives every forward result the type in which its operation computes, with casts where types meet. Behind graph_fuse and
 * before differentiation. The results that are kept, and `loss` (or NULL), stay what they are. See precision.c.
 */
void graph_choose_types(struct graph *graph, const struct value *loss);

/** Takes out the nodes that nobody needs: no kept result, no parameter's gradient and no buffer depends on them. */
void graph_prune(struct graph *graph);

/**
 * Chooses the layout of every rank-4 result, and inserts `reorder` nodes where a value is needed in another one.
 * See layouts.c. `reference`: everything is plain. Fails with ERROR_CONFIG when the backend has no kernel for a node.
 */
bool graph_choose_layouts(struct graph *graph, enum backend backend, bool reference, struct error *error);

/**
 * The backend's first kernel that can compute a node with the layouts that its values have, and pays; NULL when it has none. For
 * `reference` the last one only, which is the processor's.
 */
const struct kernel *node_find_kernel(const struct node *node, enum backend backend, bool reference);

/**
 * The kernel that `choices` says for a node run by so many threads; what it does not say is the fixed rule's (that of
 * node_find_kernel), or measured and added. NULL: the fixed rule. See kernel_timing.c.
 */
const struct kernel *node_choose_kernel(const struct node *node, struct kernel_choices *choices, int threads);

/** Writes the case that a node is, all that the time of its kernels depends on but for the device: "conv2d f32 16x64x56x56 ...". */
void node_format_case(const struct node *node, struct text *text);

/**
 * Prepares a kernel (kernel.create). Of a library's algorithms on a device that is not the processor it takes what `choices` says;
 * what it does not say is the library's rule, or measured, and added. NULL: the rule. See kernel_algorithms.c.
 */
bool instance_create(struct kernel_instance *instance, struct kernel_choices *choices, struct error *error);

/** True when only plain loops compute a node, ours or a library's, where a library could do better. See inspect.c. */
bool kernel_is_slow(const struct kernel_instance *instance);

/** "blocked_16". */
const char *layout_name(enum layout layout);

#endif
