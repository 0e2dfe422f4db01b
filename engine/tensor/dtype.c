/* dtype.c: the element types of tensors. */
#include "engine/tensor/dtype.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    const char *short_name;
    size_t size;
} dtypes[DTYPE_COUNT] = {
    [DTYPE_F32] = {"float32", "F32", 4},    [DTYPE_F64] = {"float64", "F64", 8}, [DTYPE_F16] = {"float16", "F16", 2},
    [DTYPE_BF16] = {"bfloat16", "BF16", 2}, [DTYPE_U8] = {"uint8", "U8", 1},     [DTYPE_I8] = {"int8", "I8", 1},
    [DTYPE_I32] = {"int32", "I32", 4},      [DTYPE_I64] = {"int64", "I64", 8},   [DTYPE_BOOL] = {"bool", "BOOL", 1},
};

size_t dtype_size(enum dtype dtype)
{
    assert(dtype < DTYPE_COUNT);
    return dtypes[dtype].size;
}

const char *dtype_name(enum dtype dtype)
{
    assert(dtype < DTYPE_COUNT);
    return dtypes[dtype].name;
}

const char *dtype_short_name(enum dtype dtype)
{
    assert(dtype < DTYPE_COUNT);
    return dtypes[dtype].short_name;
}

bool dtype_find(const char *name, enum dtype *dtype)
{
    for (int i = 0; i < DTYPE_COUNT; i++)
        if (strcmp(dtypes[i].short_name, name) == 0) {
            *dtype = (enum dtype)i;
            return true;
        }
    return false;
}
