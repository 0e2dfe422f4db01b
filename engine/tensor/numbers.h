/*
 * numbers.h: the elements of an array of any floating type, as doubles: what reference kernels compute with.
 *
 *     struct numbers x = {data, DTYPE_BF16};
 *     numbers_set(x, 0, 2 * numbers_get(x, 0));
 */
#ifndef LRUN_ENGINE_TENSOR_NUMBERS_H
#define LRUN_ENGINE_TENSOR_NUMBERS_H

#include <stdint.h>

#include "engine/tensor/bfloat16.h"
#include "engine/tensor/dtype.h"
#include "engine/tensor/float16.h"

/** A view; data is lent, and NULL where an optional array is absent. */
struct numbers {
    void *data;
    /** A floating one (dtype_is_float). */
    enum dtype dtype;
};

static inline double numbers_get(struct numbers numbers, int64_t index)
{
    switch (numbers.dtype) {
    case DTYPE_F64:
        return ((const double *)numbers.data)[index];
    case DTYPE_BF16:
        return bfloat16_to_float(((const struct bfloat16 *)numbers.data)[index]);
    case DTYPE_F16:
        return float16_to_float(((const struct float16 *)numbers.data)[index]);
    default:
        return ((const float *)numbers.data)[index];
    }
}

/** Rounds to the array's type; to two bytes by way of float32, as the fast kernels do. */
static inline void numbers_set(struct numbers numbers, int64_t index, double number)
{
    switch (numbers.dtype) {
    case DTYPE_F64:
        ((double *)numbers.data)[index] = number;
        break;
    case DTYPE_BF16:
        ((struct bfloat16 *)numbers.data)[index] = bfloat16_from_float((float)number);
        break;
    case DTYPE_F16:
        ((struct float16 *)numbers.data)[index] = float16_from_float((float)number);
        break;
    default:
        ((float *)numbers.data)[index] = (float)number;
    }
}

/** An element as one of another type: a weight that is rounded to the type of what it is multiplied with. */
static inline double numbers_get_as(struct numbers numbers, int64_t index, enum dtype dtype)
{
    double number = numbers_get(numbers, index);
    switch (dtype) {
    case DTYPE_BF16:
        return bfloat16_to_float(bfloat16_from_float((float)number));
    case DTYPE_F16:
        return float16_to_float(float16_from_float((float)number));
    default:
        return number;
    }
}

/** The array with its type known to the compiler: for inline functions of which each type is to have its own loop. */
static inline struct numbers numbers_as(struct numbers numbers, enum dtype dtype)
{
    return (struct numbers){numbers.data, dtype};
}

/** The array from element `index` on. */
static inline struct numbers numbers_from(struct numbers numbers, int64_t index)
{
    int64_t size = numbers.dtype == DTYPE_F64 ? 8 : numbers.dtype == DTYPE_F32 ? 4 : 2;
    return (struct numbers){(char *)numbers.data + index * size, numbers.dtype};
}

#endif
