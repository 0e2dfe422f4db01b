/*
 * tensor.h: a view of an array in host memory: element type, sizes, where it lies. Row-major, dense.
 *
 * A tensor owns nothing: the memory belongs to whoever made the view (a program's arena, a parameter store, a batch).
 */
#ifndef LRUN_ENGINE_TENSOR_TENSOR_H
#define LRUN_ENGINE_TENSOR_TENSOR_H

#include <stddef.h>

#include "engine/tensor/dtype.h"
#include "engine/tensor/shape.h"

struct tensor {
    enum dtype dtype;
    struct shape shape;
    /** Lent. */
    void *data;
};

/** Bytes that its elements take. */
size_t tensor_bytes(const struct tensor *tensor);

#endif
