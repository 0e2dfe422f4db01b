/* shape.h: the sizes of a tensor, outermost first ([n, c, h, w]), checked against overflow. */
#ifndef LRUN_ENGINE_TENSOR_SHAPE_H
#define LRUN_ENGINE_TENSOR_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#define SHAPE_MAX_RANK 6
#define SHAPE_FORMAT_BYTES 160

/** Sizes of each dimension, all at least 0. A value. Rank 0 is a scalar with one element. */
struct shape {
    int rank;
    int64_t size[SHAPE_MAX_RANK];
};

/** A shape from its sizes: shape_of(4, n, c, h, w) with int64_t arguments: use the SHAPE macro. */
#define SHAPE(...)                                                                                                     \
    ((struct shape){.rank = (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), .size = {__VA_ARGS__}})

/** Product of the sizes. The shape must be valid (shape_is_valid), so that it cannot overflow. */
int64_t shape_count(const struct shape *shape);

/** True when rank and sizes are in range and the product is below 2^47. */
bool shape_is_valid(const struct shape *shape);

bool shape_equal(const struct shape *a, const struct shape *b);

/** Writes "[8, 3, 300, 300]"; returns `buffer`. */
const char *shape_format(const struct shape *shape, char buffer[SHAPE_FORMAT_BYTES]);

#endif
