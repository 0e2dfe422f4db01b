/*
 * floats.h: the elements of an array of float32, bfloat16 or float16 as floats: what fast kernels compute with, on any backend.
 */
#ifndef LRUN_ENGINE_TENSOR_FLOATS_H
#define LRUN_ENGINE_TENSOR_FLOATS_H

#include <stdint.h>

#include "engine/tensor/bfloat16.h"
#include "engine/tensor/dtype.h"
#include "engine/tensor/float16.h"

FORMULA float float_get(const void *array, enum dtype dtype, int64_t i)
{
    return dtype == DTYPE_BF16  ? bfloat16_to_float(((const struct bfloat16 *)array)[i])
           : dtype == DTYPE_F16 ? float16_to_float(((const struct float16 *)array)[i])
                                : ((const float *)array)[i];
}

/** Rounds to nearest, halves to even. */
FORMULA void float_set(void *array, enum dtype dtype, int64_t i, float number)
{
    if (dtype == DTYPE_BF16)
        ((struct bfloat16 *)array)[i] = bfloat16_from_float(number);
    else if (dtype == DTYPE_F16)
        ((struct float16 *)array)[i] = float16_from_float(number);
    else
        ((float *)array)[i] = number;
}

#endif
