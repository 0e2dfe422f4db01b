/* arguments.h: what several transforms take as arguments, read and checked in one place. */
#ifndef LRUN_COMPONENTS_TRANSFORMS_ARGUMENTS_H
#define LRUN_COMPONENTS_TRANSFORMS_ARGUMENTS_H

#include <stdbool.h>

#include "components/transforms/transform.h"
#include "engine/base/params.h"
#include "engine/image/geometry.h"

/** Fails with ERROR_CONFIG unless `name` has a number of items that `counts` (a list ended by 0) allows. */
bool arguments_check_count(const char *name, size_t count, const size_t *counts, struct error *error);

/** Height and width: one number is both. Fails unless it has one or two items. */
bool arguments_check_size(const struct int_list *size, struct error *error);
int arguments_height(const struct int_list *size);
int arguments_width(const struct int_list *size);

/** Left, top, right and bottom of torchvision's `padding`: of 0, 1, 2 or 4 items. */
void arguments_padding(const struct int_list *padding, int sides[4]);

/** The fill of each channel, of 1 or 3 items. */
void arguments_fill(const struct double_list *fill, float channels[3]);

/** The fill of a mask: the one number; 0 when there is one per channel. */
float arguments_mask_fill(const struct double_list *fill);

/** Fails unless fill has 1 or 3 items, and 1 when the mode is not constant. */
bool arguments_check_fill(const struct double_list *fill, enum padding_mode mode, struct error *error);

/** Fails with ERROR_CONFIG unless the list is two numbers, the second not below the first. */
bool arguments_check_range(const char *name, const struct double_list *range, struct error *error);

/** Fails with ERROR_DATA where torchvision does: boxes have no place in a padding that is not constant. */
bool arguments_check_boxes(const struct sample *sample, enum padding_mode mode, struct error *error);

/** True with probability p. */
bool arguments_happens(double p, struct rng *rng);

#endif
