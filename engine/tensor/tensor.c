/* tensor.c: a view of an array in host memory. */
#include "engine/tensor/tensor.h"

size_t tensor_bytes(const struct tensor *tensor)
{
    return (size_t)shape_count(&tensor->shape) * dtype_size(tensor->dtype);
}
