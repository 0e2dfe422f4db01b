/*
 * loops.h: the formulas over a stretch of arrays; REAL as in formulas.h. For the .c files of this folder.
 *
 * Called with arrays whose type is a constant, so that each type has a loop of its own.
 */
#ifndef LRUN_ENGINE_OPS_OPTIMIZERS_LOOPS_H
#define LRUN_ENGINE_OPS_OPTIMIZERS_LOOPS_H

#include "engine/backends/cpu/chunks.h"
#include "engine/ops/optimizers/optimizers.h"

#define INLINE static inline __attribute__((always_inline))

INLINE void sgd_stretch(const struct sgd_formula *formula, const struct optimizer_arrays *arrays, enum dtype dtype,
                        struct chunk chunk)
{
    const struct sgd_formula f = *formula;
    struct numbers parameters = numbers_as(arrays->parameters, dtype), gradients = numbers_as(arrays->gradients, dtype);
    struct numbers buffers = numbers_as(arrays->states[0], dtype);
    if (buffers.data == NULL) {
#pragma omp simd
        for (int64_t i = chunk.begin; i < chunk.end; i++) {
            REAL parameter = (REAL)numbers_get(parameters, i);
            sgd_update(&f, &parameter, (REAL)numbers_get(gradients, i), NULL);
            numbers_set(parameters, i, (double)parameter);
        }
        return;
    }
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++) {
        REAL parameter = (REAL)numbers_get(parameters, i), buffer = (REAL)numbers_get(buffers, i);
        sgd_update(&f, &parameter, (REAL)numbers_get(gradients, i), &buffer);
        numbers_set(parameters, i, (double)parameter);
        numbers_set(buffers, i, (double)buffer);
    }
}

/* One element; `largest` is absent unless amsgrad. */
INLINE void adam_element(const struct adam_formula *f, const struct numbers arrays[4], struct numbers largest,
                         int64_t i)
{
    REAL parameter = (REAL)numbers_get(arrays[0], i), gradient = (REAL)numbers_get(arrays[1], i);
    REAL average = (REAL)numbers_get(arrays[2], i), square = (REAL)numbers_get(arrays[3], i), most = 0;
    if (largest.data != NULL)
        most = (REAL)numbers_get(largest, i);
    adam_update(f, &parameter, gradient, &average, &square, largest.data != NULL ? &most : NULL);
    numbers_set(arrays[0], i, (double)parameter);
    numbers_set(arrays[2], i, (double)average);
    numbers_set(arrays[3], i, (double)square);
    if (largest.data != NULL)
        numbers_set(largest, i, (double)most);
}

INLINE void adam_stretch(const struct adam_formula *formula, const struct optimizer_arrays *arrays, enum dtype dtype,
                         struct chunk chunk)
{
    const struct adam_formula f = *formula;
    const struct numbers four[] = {numbers_as(arrays->parameters, dtype), numbers_as(arrays->gradients, dtype),
                                   numbers_as(arrays->states[0], dtype), numbers_as(arrays->states[1], dtype)};
    struct numbers largest = numbers_as(arrays->states[2], dtype);
    if (largest.data == NULL) {
#pragma omp simd
        for (int64_t i = chunk.begin; i < chunk.end; i++)
            adam_element(&f, four, (struct numbers){NULL, dtype}, i);
        return;
    }
#pragma omp simd
    for (int64_t i = chunk.begin; i < chunk.end; i++)
        adam_element(&f, four, largest, i);
}

/* The processor's part of engine/ops/arrays/arrays.h. */
void optimizers_cpu_sgd(const struct sgd_formula *formula, const struct optimizer_arrays *arrays);
void optimizers_cpu_adam(const struct adam_formula *formula, const struct optimizer_arrays *arrays);

/* float64 has a file of its own, where REAL is double. */
void optimizers_sgd_f64(const struct sgd_formula *formula, const struct optimizer_arrays *arrays, struct chunk chunk);
void optimizers_adam_f64(const struct adam_formula *formula, const struct optimizer_arrays *arrays, struct chunk chunk);

#endif
