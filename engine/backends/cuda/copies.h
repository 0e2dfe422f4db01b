/*
 * copies.h: elements copied from steps to steps, of any type. For cuda.cu files.
 *
 *     struct strided_copy copy = strided_copy_init(to, from, dtype_size(dtype));
 *     strided_copy_add(&copy, rows, length, part);       // dimensions, outermost first: size, steps in `to` and in `from`
 *     strided_copy_add(&copy, part, 1, 1);
 *     strided_copy_run(instance->device, &copy);
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_COPIES_H
#define LRUN_ENGINE_BACKENDS_CUDA_COPIES_H

#include "engine/backends/cuda/launch.h"

struct strided_copy {
    void *to;
    const void *from;
    int rank;
    /** Of an element: 1, 2, 4, 8 or 16. */
    int bytes;
    int64_t count;
    int64_t sizes[SHAPE_MAX_RANK], to_steps[SHAPE_MAX_RANK], from_steps[SHAPE_MAX_RANK];
};

static inline struct strided_copy strided_copy_init(void *to, const void *from, size_t bytes)
{
    struct strided_copy copy;
    memset(&copy, 0, sizeof copy);
    copy.to = to;
    copy.from = from;
    copy.bytes = (int)bytes;
    copy.count = 1;
    return copy;
}

/** Becomes one with the dimension around it where both sides go on without a gap. */
static inline void strided_copy_add(struct strided_copy *copy, int64_t size, int64_t to_step, int64_t from_step)
{
    int last = copy->rank - 1;
    copy->count *= size;
    if (size == 1)
        return;
    if (last < 0 || copy->to_steps[last] != size * to_step || copy->from_steps[last] != size * from_step) {
        last = copy->rank++;
        copy->sizes[last] = 1;
    }
    copy->sizes[last] *= size;
    copy->to_steps[last] = to_step;
    copy->from_steps[last] = from_step;
}

/* True when all elements come in twos, which lie where one of twice the size could. */
static inline bool strided_copy_has_pairs(const struct strided_copy *copy)
{
    int last = copy->rank - 1;
    uintptr_t places = (uintptr_t)copy->to | (uintptr_t)copy->from;
    bool even = last >= 0 && copy->to_steps[last] == 1 && copy->from_steps[last] == 1 && copy->sizes[last] % 2 == 0 &&
                places % (2 * (uintptr_t)copy->bytes) == 0;
    for (int i = 0; i < last && even; i++)
        even = copy->to_steps[i] % 2 == 0 && copy->from_steps[i] % 2 == 0;
    return even;
}

static inline void strided_copy_widen(struct strided_copy *copy)
{
    while (copy->bytes < 16 && strided_copy_has_pairs(copy)) {
        int last = copy->rank - 1;
        copy->bytes *= 2;
        copy->count /= 2;
        copy->sizes[last] /= 2;
        for (int i = 0; i < last; i++) {
            copy->to_steps[i] /= 2;
            copy->from_steps[i] /= 2;
        }
    }
}

struct sixteen_bytes {
    uint64_t halves[2];
} __attribute__((aligned(16)));

BODY void element_copy(void *to, int64_t to_index, const void *from, int64_t from_index, int bytes)
{
    if (bytes == 16)
        ((struct sixteen_bytes *)to)[to_index] = ((const struct sixteen_bytes *)from)[from_index];
    else if (bytes == 8)
        ((uint64_t *)to)[to_index] = ((const uint64_t *)from)[from_index];
    else if (bytes == 4)
        ((uint32_t *)to)[to_index] = ((const uint32_t *)from)[from_index];
    else if (bytes == 2)
        ((uint16_t *)to)[to_index] = ((const uint16_t *)from)[from_index];
    else
        ((uint8_t *)to)[to_index] = ((const uint8_t *)from)[from_index];
}

BODY void strided_copy_body(struct place place, const struct strided_copy *a)
{
    for (int64_t i = place.index; i < a->count; i += place.count) {
        int64_t rest = i, to = 0, from = 0;
        for (int d = a->rank - 1; d >= 0; d--) {
            int64_t at = rest % a->sizes[d];
            rest /= a->sizes[d];
            to += at * a->to_steps[d];
            from += at * a->from_steps[d];
        }
        element_copy(a->to, to, a->from, from, a->bytes);
    }
}
LAUNCHER(strided_copy, struct strided_copy)

static inline void strided_copy_run(struct device *device, struct strided_copy *copy)
{
    strided_copy_widen(copy);
    strided_copy_launch(device, copy->count, copy);
}

/* How far it is in memory from one element to the next along each dimension of a value without blocks. */
static inline void value_steps(const struct value *value, int64_t steps[SHAPE_MAX_RANK])
{
    int order[SHAPE_MAX_RANK];
    int64_t step = 1;
    bool known = value_memory_order(value, order);
    assert(known);
    (void)known;
    for (int i = value->shape.rank - 1; i >= 0; i--) {
        steps[order[i]] = step;
        step *= value->shape.size[order[i]];
    }
}

/** Copies `from` to `to`, whose dimension i is dimension order[i] of `from`; neither has blocks. In the order of `to`. */
static inline void permuted_copy_run(struct device *device, const struct value *to, const struct value *from,
                                     const int order[SHAPE_MAX_RANK], void *to_data, const void *from_data)
{
    int to_order[SHAPE_MAX_RANK];
    int64_t to_steps[SHAPE_MAX_RANK], from_steps[SHAPE_MAX_RANK];
    struct strided_copy copy = strided_copy_init(to_data, from_data, dtype_size(to->dtype));
    value_steps(to, to_steps);
    value_steps(from, from_steps);
    (void)value_memory_order(to, to_order);
    for (int i = 0; i < to->shape.rank; i++) {
        int d = to_order[i];
        strided_copy_add(&copy, to->shape.size[d], to_steps[d], from_steps[order[d]]);
    }
    strided_copy_run(device, &copy);
}

#endif
