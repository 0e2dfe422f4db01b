/*
 * op_tables.h: the table of every operation, for passes that look for patterns or rewrite nodes.
 *
 * Models use the functions of ops.h. Operations that only gradients use are here as well: their functions are private to
 * the folder of their operation, except relu_backward, which several gradients share.
 */
#ifndef LRUN_ENGINE_OPS_OP_TABLES_H
#define LRUN_ENGINE_OPS_OP_TABLES_H

#include "engine/graph/op.h"

extern const struct op activation_backward_op;
extern const struct op activation_op;
extern const struct op add_op;
extern const struct op add_relu_op;
extern const struct op batch_norm_apply_op;
extern const struct op batch_norm_backward_op;
extern const struct op batch_norm_op;
extern const struct op cast_op;
extern const struct op concat_op;
extern const struct op conv2d_backward_data_op;
extern const struct op conv2d_backward_weights_op;
extern const struct op conv2d_op;
extern const struct op cross_entropy_backward_op;
extern const struct op cross_entropy_op;
extern const struct op dropout_op;
extern const struct op fill_op;
extern const struct op global_average_pool_backward_op;
extern const struct op global_average_pool_op;
extern const struct op l2_normalize_backward_op;
extern const struct op l2_normalize_op;
extern const struct op linear_backward_data_op;
extern const struct op linear_backward_weights_op;
extern const struct op linear_op;
extern const struct op max_pool2d_backward_op;
extern const struct op max_pool2d_op;
extern const struct op permute_op;
extern const struct op relu_backward_op;
extern const struct op relu_op;
extern const struct op reorder_op;
extern const struct op reshape_op;
extern const struct op scale_channels_backward_factors_op;
extern const struct op scale_channels_op;
extern const struct op scale_op;
extern const struct op slice_op;
extern const struct op softmax_backward_op;
extern const struct op softmax_op;
extern const struct op ssd_detections_op;
extern const struct op ssd_loss_backward_op;
extern const struct op ssd_loss_op;

/** gradient where output > 0, else 0: the gradient of relu and of whatever has relu fused. Same shapes. */
struct value *relu_backward(struct graph *graph, struct value *gradient, struct value *output);

/** A result that is `number` everywhere: the gradient of a loss with respect to itself. */
struct value *fill(struct graph *graph, enum dtype dtype, struct shape shape, double number);

/**
 * The result of `node`, a batch_norm, once more: of `inputs` (the first three count: x, weight, bias) and the statistics that it
 * put out. Updates nothing. For passes.
 */
struct value *batch_norm_apply(struct graph *graph, struct value *const inputs[], const struct node *node);

/** The same numbers in another floating type, rounded to nearest. For passes. */
struct value *cast(struct graph *graph, struct value *x, enum dtype dtype);

/** The same elements in another layout; with the same layout a copy. For passes. */
struct value *reorder(struct graph *graph, struct value *x, enum layout layout);

#endif
