/*
 * elementwise.h: one pass over flat arrays, element by element, in float32, bfloat16 or float16. For cuda.cu files.
 *
 *     ELEMENTWISE(add, x + y)
 *     const struct kernel add_cuda = {.name = "cuda", .backend = BACKEND_CUDA, .floats = FLOATS_UP_TO_32, ..., .run = add_run};
 *
 * makes add_run, as engine/backends/cpu/elementwise.h does for the processor: the formula is of the floats x and, where there
 * is a second input, y. ELEMENTWISE_PASS(add, x + y) makes add_pass(device, &arguments) alone, whose formula may use `factor`.
 * A thread takes eight neighbours at a time, which it reads in one or two pieces.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_ELEMENTWISE_H
#define LRUN_ENGINE_BACKENDS_CUDA_ELEMENTWISE_H

#include "engine/backends/cuda/launch.h"

/** The arrays of a pass. */
struct elementwise {
    const void *x;
    /** Of one input: x again. */
    const void *y;
    void *result;
    float factor;
    int64_t count;
    /** Of x and y; and of the result. */
    enum dtype from, dtype;
};

/** The arrays of a run of a node. */
static inline struct elementwise elementwise_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct node *node = instance->node;
    struct elementwise a;
    a.x = node->input_count > 0 ? run->inputs[0] : NULL;
    a.y = node->input_count > 1 ? run->inputs[1] : a.x;
    a.result = run->outputs[0];
    a.factor = 0;
    a.count = shape_count(&node->outputs[0]->shape);
    a.from = node->input_count > 0 ? node->inputs[0]->dtype : node->outputs[0]->dtype;
    a.dtype = node->outputs[0]->dtype;
    return a;
}

/** Neighbours that a thread takes at a time. */
#define PACK 8

/* Arrays begin at multiples of 64 bytes: a pack of the same number is read and written whole. */
struct float_pack {
    float numbers[PACK];
} __attribute__((aligned(16)));

struct bfloat16_pack {
    struct bfloat16 numbers[PACK];
} __attribute__((aligned(16)));

struct float16_pack {
    struct float16 numbers[PACK];
} __attribute__((aligned(16)));

BODY struct float_pack pack_read(const void *array, enum dtype dtype, int64_t index)
{
    struct float_pack pack;
    if (dtype == DTYPE_BF16) {
        struct bfloat16_pack halves = ((const struct bfloat16_pack *)array)[index];
        for (int i = 0; i < PACK; i++)
            pack.numbers[i] = bfloat16_to_float(halves.numbers[i]);
    } else if (dtype == DTYPE_F16) {
        struct float16_pack halves = ((const struct float16_pack *)array)[index];
        for (int i = 0; i < PACK; i++)
            pack.numbers[i] = float16_to_float(halves.numbers[i]);
    } else {
        pack = ((const struct float_pack *)array)[index];
    }
    return pack;
}

BODY void pack_write(void *array, enum dtype dtype, int64_t index, struct float_pack pack)
{
    if (dtype == DTYPE_BF16) {
        struct bfloat16_pack halves;
        for (int i = 0; i < PACK; i++)
            halves.numbers[i] = bfloat16_from_float(pack.numbers[i]);
        ((struct bfloat16_pack *)array)[index] = halves;
    } else if (dtype == DTYPE_F16) {
        struct float16_pack halves;
        for (int i = 0; i < PACK; i++)
            halves.numbers[i] = float16_from_float(pack.numbers[i]);
        ((struct float16_pack *)array)[index] = halves;
    } else {
        ((struct float_pack *)array)[index] = pack;
    }
}

/* NAME_typed(place, a, from, to): the formula of x, y and factor over all packs, and over what is left. */
#define ELEMENTWISE_TYPED(name, formula)                                                                               \
    BODY float name##_formula(float x, float y, float factor)                                                          \
    {                                                                                                                  \
        (void)x, (void)y, (void)factor;                                                                                \
        return formula;                                                                                                \
    }                                                                                                                  \
    BODY void name##_typed(struct place place, const struct elementwise *a, enum dtype from, enum dtype to)            \
    {                                                                                                                  \
        for (int64_t pack = place.index; pack < a->count / PACK; pack += place.count) {                                \
            struct float_pack x = pack_read(a->x, from, pack), y = pack_read(a->y, from, pack);                        \
            for (int i = 0; i < PACK; i++)                                                                             \
                x.numbers[i] = name##_formula(x.numbers[i], y.numbers[i], a->factor);                                  \
            pack_write(a->result, to, pack, x);                                                                        \
        }                                                                                                              \
        for (int64_t i = a->count / PACK * PACK + place.index; i < a->count; i += place.count)                         \
            float_set(a->result, to, i,                                                                                \
                      name##_formula(float_get(a->x, from, i), float_get(a->y, from, i), a->factor));                  \
    }

/* The types that are met in training are loops of their own. */
#define ELEMENTWISE_TYPES(name, x_type, result_type)                                                                   \
    if (a->from == (x_type) && a->dtype == (result_type)) {                                                            \
        name##_typed(place, a, x_type, result_type);                                                                   \
        return;                                                                                                        \
    }

/* NAME_pass(device, a): the formula of x, y and factor over the arrays, whichever their types. */
#define ELEMENTWISE_PASS(name, formula)                                                                                \
    ELEMENTWISE_TYPED(name, formula)                                                                                   \
    BODY void name##_body(struct place place, const struct elementwise *a)                                             \
    {                                                                                                                  \
        ELEMENTWISE_TYPES(name, DTYPE_F32, DTYPE_F32)                                                                  \
        ELEMENTWISE_TYPES(name, DTYPE_BF16, DTYPE_BF16)                                                                \
        ELEMENTWISE_TYPES(name, DTYPE_F16, DTYPE_F16)                                                                  \
        ELEMENTWISE_TYPES(name, DTYPE_F32, DTYPE_BF16)                                                                 \
        ELEMENTWISE_TYPES(name, DTYPE_BF16, DTYPE_F32)                                                                 \
        ELEMENTWISE_TYPES(name, DTYPE_F32, DTYPE_F16)                                                                  \
        ELEMENTWISE_TYPES(name, DTYPE_F16, DTYPE_F32)                                                                  \
        name##_typed(place, a, a->from, a->dtype);                                                                     \
    }                                                                                                                  \
    LAUNCHER(name, struct elementwise)                                                                                 \
    static inline void name##_pass(struct device *device, const struct elementwise *a)                                 \
    {                                                                                                                  \
        name##_launch(device, (a->count + PACK - 1) / PACK, a);                                                        \
    }

/* NAME_run besides. */
#define ELEMENTWISE(name, formula)                                                                                     \
    ELEMENTWISE_PASS(name, formula)                                                                                    \
    static void name##_run(const struct kernel_instance *instance, const struct kernel_run *run)                       \
    {                                                                                                                  \
        struct elementwise arrays = elementwise_of(instance, run);                                                     \
        name##_pass(instance->device, &arrays);                                                                        \
    }

#endif
