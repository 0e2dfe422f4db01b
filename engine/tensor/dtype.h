/* dtype.h: the element types of tensors. Names as PyTorch's ("float32"), short names as safetensors' ("F32"). */
#ifndef LRUN_ENGINE_TENSOR_DTYPE_H
#define LRUN_ENGINE_TENSOR_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

enum dtype {
    DTYPE_F32,
    DTYPE_F64,
    DTYPE_F16,
    DTYPE_BF16,
    DTYPE_U8,
    DTYPE_I8,
    DTYPE_I32,
    DTYPE_I64,
    DTYPE_BOOL,
    DTYPE_COUNT,
};

/** True for the types that arithmetic is done in: float64, float32, bfloat16, float16. */
static inline bool dtype_is_float(enum dtype dtype)
{
    return dtype == DTYPE_F32 || dtype == DTYPE_F64 || dtype == DTYPE_BF16 || dtype == DTYPE_F16;
}

/** Bytes of one element. */
size_t dtype_size(enum dtype dtype);

/** PyTorch's name: "float32". */
const char *dtype_name(enum dtype dtype);

/** safetensors' name: "F32". */
const char *dtype_short_name(enum dtype dtype);

/** The type that safetensors calls `name`; false when we have none. */
bool dtype_find(const char *name, enum dtype *dtype);

#endif
