/*
 * value_view.h: where the elements of a value lie, seen as [groups][pixels][lanes].
 *
 * Every layout of a rank-4 value has that form: plain [n * c][h * w][1], channels last [n][h * w][c], blocked
 * [n * blocks][h * w][8 or 16]. Kernels that work on pixels are written once on it. Values of another rank are one group of
 * one-lane pixels.
 */
#ifndef LRUN_ENGINE_OPS_VALUE_VIEW_H
#define LRUN_ENGINE_OPS_VALUE_VIEW_H

#include "engine/graph/op.h"

struct value_view {
    int64_t groups;
    int64_t pixels;
    int64_t lanes;
    /** Groups of one image. */
    int64_t image_groups;
};

struct value_view value_view(const struct value *value);

/** Elements that a value takes in its layout, padded channels included. */
int64_t value_storage_count(const struct value *value);

/** True when every rank-4 value of the node is plain: what reference kernels support. */
bool node_is_plain(const struct node *node);

/** True when all rank-4 values of the node have one layout. */
bool node_has_one_layout(const struct node *node);

#endif
