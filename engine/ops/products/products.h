/*
 * products.h: what products of matrices and convolutions by a GPU's libraries need besides: weights in their type and order, biases.
 *
 * No operation has a kernel here; engine/ops/linear and engine/ops/conv2d call these in their runs. All arrays are of the device,
 * float32 or bfloat16 each by itself, and what they compute is handed over, not waited for.
 */
#ifndef LRUN_ENGINE_OPS_PRODUCTS_PRODUCTS_H
#define LRUN_ENGINE_OPS_PRODUCTS_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/tensor/numbers.h"

#ifdef __cplusplus
extern "C" {
#endif

/** [outer][a][b] -> [outer][b][a], rounded to the type of `to`: weights [k, c, kh * kw] channels last, and their gradients back. */
void products_swap(struct device *device, struct numbers from, struct numbers to, int64_t outer, int64_t a, int64_t b);

/** The same order in another type. */
void products_convert(struct device *device, struct numbers from, struct numbers to, int64_t count);

/** y [rows][columns] plus a number per column (data NULL: none), negative results made 0 with relu; in place. */
void products_add_bias(struct device *device, struct numbers y, struct numbers bias, int64_t rows, int64_t columns,
                       bool relu);

/** The sums of the columns of [rows][columns], in a fixed order: a bias's gradient. */
void products_sum_columns(struct device *device, struct numbers from, struct numbers sums, int64_t rows,
                          int64_t columns, void *scratch);
/** Bytes of its scratch. */
size_t products_sum_bytes(int64_t rows, int64_t columns);

#ifdef __cplusplus
}
#endif

#endif
