/*
 * elementwise.h: one pass over flat arrays, element by element, in float32 or bfloat16, by all threads.
 *
 *     ELEMENTWISE(add, x + y)
 *     const struct kernel add_cpu = {.run = add_run, ...};
 *
 * makes add_run, the run function of a kernel whose inputs are x and, where there is one, y (as floats; also `factor`, which
 * add_run_by is given). Every type has a loop of its own, compiled for several instruction sets.
 */
#ifndef LRUN_ENGINE_BACKENDS_CPU_ELEMENTWISE_H
#define LRUN_ENGINE_BACKENDS_CPU_ELEMENTWISE_H

#include "engine/backends/cpu/chunks.h"
#include "engine/backends/cpu/vector.h"
#include "engine/graph/op.h"
#include "engine/tensor/floats.h"

/** The arrays of a pass. */
struct elementwise {
    const void *x;
    /** Of one input: x again. */
    const void *y;
    void *result;
    float factor;
    /** Of all three. */
    enum dtype dtype;
};

/** The arrays of a run of a node. */
static inline struct elementwise elementwise_of(const struct kernel_instance *instance, const struct kernel_run *run)
{
    return (struct elementwise){
        .x = run->inputs[0],
        .y = run->inputs[instance->node->input_count > 1],
        .result = run->outputs[0],
        .dtype = instance->node->outputs[0]->dtype,
    };
}

/** Lets the threads share the chunks of a pass of `count` elements. */
static inline void elementwise_run(const struct elementwise *pass, int64_t count,
                                   void (*chunk_function)(const struct elementwise *pass, struct chunk chunk))
{
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < chunk_count(count); i++)
        chunk_function(pass, chunk_at(count, i));
}

/* NAME_chunk(pass, chunk): the formula of x, y and factor over one chunk. */
#define ELEMENTWISE_CHUNK(name, formula)                                                                               \
    static inline __attribute__((always_inline)) void name##_loop(const struct elementwise *pass, enum dtype dtype,    \
                                                                  struct chunk chunk)                                  \
    {                                                                                                                  \
        const float factor = pass->factor;                                                                             \
        const void *const xs = pass->x, *const ys = pass->y;                                                           \
        void *const results = pass->result;                                                                            \
        (void)factor;                                                                                                  \
        _Pragma("omp simd") for (int64_t i = chunk.begin; i < chunk.end; i++)                                          \
        {                                                                                                              \
            float x = float_get(xs, dtype, i), y = float_get(ys, dtype, i);                                            \
            (void)y;                                                                                                   \
            float_set(results, dtype, i, formula);                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    CPU_CLONES static void name##_chunk(const struct elementwise *pass, struct chunk chunk)                            \
    {                                                                                                                  \
        if (pass->dtype == DTYPE_BF16)                                                                                 \
            name##_loop(pass, DTYPE_BF16, chunk);                                                                      \
        else                                                                                                           \
            name##_loop(pass, DTYPE_F32, chunk);                                                                       \
    }

/* NAME_run besides. */
#define ELEMENTWISE(name, formula)                                                                                     \
    ELEMENTWISE_CHUNK(name, formula)                                                                                   \
    static void name##_run(const struct kernel_instance *instance, const struct kernel_run *run)                       \
    {                                                                                                                  \
        struct elementwise pass = elementwise_of(instance, run);                                                       \
        elementwise_run(&pass, shape_count(&instance->node->outputs[0]->shape), name##_chunk);                         \
    }

#endif
