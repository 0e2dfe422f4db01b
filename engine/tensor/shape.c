/* shape.c: the sizes of a tensor. */
#include "engine/tensor/shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int64_t shape_count(const struct shape *shape)
{
    int64_t count = 1;
    for (int i = 0; i < shape->rank; i++)
        count *= shape->size[i];
    return count;
}

bool shape_is_valid(const struct shape *shape)
{
    if (shape->rank < 0 || shape->rank > SHAPE_MAX_RANK)
        return false;
    int64_t count = 1;
    for (int i = 0; i < shape->rank; i++)
        if (shape->size[i] < 0 || __builtin_mul_overflow(count, shape->size[i], &count) || count >> 47 != 0)
            return false;
    return true;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    return a->rank == b->rank && memcmp(a->size, b->size, sizeof *a->size * (size_t)a->rank) == 0;
}

const char *shape_format(const struct shape *shape, char buffer[SHAPE_FORMAT_BYTES])
{
    int length = snprintf(buffer, SHAPE_FORMAT_BYTES, "[");
    for (int i = 0; i < shape->rank; i++)
        length += snprintf(buffer + length, (size_t)(SHAPE_FORMAT_BYTES - length), "%s%" PRId64, i > 0 ? ", " : "",
                           shape->size[i]);
    snprintf(buffer + length, (size_t)(SHAPE_FORMAT_BYTES - length), "]");
    return buffer;
}
