/*
 * value_view.h: where the elements of a value lie, seen as [groups][pixels][lanes].
 *
 * Every layout of a rank-4 value has that form: plain [n * c][h * w][1], channels last [n][h * w][c], blocked
 * [n * c / 16][h * w][16]. Kernels that treat each channel by itself are written once, on the runs of sixteen lanes that a
 * group consists of.
 */
#ifndef LRUN_ENGINE_OPS_VALUE_VIEW_H
#define LRUN_ENGINE_OPS_VALUE_VIEW_H

#include "engine/graph/op.h"
#include "engine/tensor/numbers.h"

struct value_view {
    int64_t groups;
    int64_t pixels;
    int64_t lanes;
    /** Groups of one image. */
    int64_t image_groups;
};

/** `value` has rank 4. */
struct value_view value_view(const struct value *value);

/** `steps` times `width` (at most 16) neighbouring floats, `stride` apart: lane l is of channel `channel + l % repeat`. */
struct value_run {
    int64_t offset;
    int64_t steps;
    int64_t stride;
    int width;
    int64_t channel;
    int64_t repeat;
};

/**
 * How many runs a group consists of; the same for all. Some may be empty. Each has at most 256 steps, few enough to be summed in
 * float; and runs that share cache lines follow each other.
 */
int64_t value_run_count(const struct value_view *view);
struct value_run value_run_at(const struct value_view *view, int64_t group, int64_t index);

/** The sixteen numbers of a run's lanes, from one per channel. */
void value_run_spread(const struct value_run *run, struct numbers by_channel, float lanes[16]);

/** The elements of an input or output of a run; data is NULL where it is absent. */
struct numbers input_numbers(const struct kernel_instance *instance, const struct kernel_run *run, int index);
struct numbers output_numbers(const struct kernel_instance *instance, const struct kernel_run *run, int index);

/** True when every rank-4 value of the node is plain: what reference kernels support. */
bool node_is_plain(const struct node *node);

/** True when all rank-4 values of the node have one layout. */
bool node_has_one_layout(const struct node *node);

/** True when no value of the node has its channels in blocks: each is plain or channels last. */
bool node_has_no_blocks(const struct node *node);

/** The same, and all rank-4 values have one layout. */
bool node_has_one_layout_without_blocks(const struct node *node);

/** The dimensions as they lie in memory, outermost first; false where they are split into blocks. */
bool value_memory_order(const struct value *value, int order[SHAPE_MAX_RANK]);

#endif
