/* shape_rules.h: the checks that shape rules share, with one wording; and the cost that most operations have. */
#ifndef LRUN_ENGINE_OPS_SHAPE_RULES_H
#define LRUN_ENGINE_OPS_SHAPE_RULES_H

#include "engine/graph/op.h"

/** Input `index` (called `what` in the message) has this rank. An absent input passes every check. */
bool require_rank(const struct node *node, int index, const char *what, int rank, struct error *error);

/** Input `index` has exactly this shape. */
bool require_shape(const struct node *node, int index, const char *what, struct shape shape, struct error *error);

/** Input `index` has this element type. */
bool require_dtype(const struct node *node, int index, const char *what, enum dtype dtype, struct error *error);

/** Input `index` has a floating element type: which, the precision pass decides. */
bool require_float(const struct node *node, int index, const char *what, struct error *error);

/** Shape rule of elementwise operations: all inputs are floating and have the first's shape, the output also its type. */
bool infer_elementwise(struct graph *graph, struct node *node, struct error *error);

/** The result of an operation with one output; NULL when the node could not be added. */
struct value *node_result(const struct node *node);

/** Reads every input and writes every output once, `flops_per_output` for each element of output 0. */
struct op_cost cost_of_elements(const struct node *node, double flops_per_output);

/** One operation per element of the output: the cost of elementwise operations. */
struct op_cost cost_elementwise(const struct node *node);

/** Nothing but memory traffic. */
struct op_cost cost_copy(const struct node *node);

#endif
