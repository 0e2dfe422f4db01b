/*
 * vector.h: sixteen floats at once, for our own kernels on the CPU.
 *
 * Written with the compiler's vector types, so that one source serves every machine: a function marked CPU_CLONES is
 * compiled for AVX-512, for AVX2 and for the base, and the loader picks. Nothing is contracted or reordered, so that all give
 * the same bits. OpenMP regions call such functions; they are not marked themselves, as an outlined region is not cloned.
 */
#ifndef LRUN_ENGINE_BACKENDS_CPU_VECTOR_H
#define LRUN_ENGINE_BACKENDS_CPU_VECTOR_H

#include <stdint.h>
#include <string.h>

#include "engine/tensor/dtype.h"

#define VECTOR_LANES 16

/* The loader's choice runs before a sanitizer is ready, and clang 14 cannot clone. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&              \
    !defined(__SANITIZE_THREAD__)
#define CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CPU_CLONES
#endif

typedef float vector __attribute__((vector_size(4 * VECTOR_LANES)));
typedef int32_t vector_mask __attribute__((vector_size(4 * VECTOR_LANES)));

/* The same, anywhere in memory. */
typedef float vector_in_memory __attribute__((vector_size(4 * VECTOR_LANES), aligned(4), may_alias));

/* The first `width` of sixteen floats, the others 0. */
#define VECTOR_LOAD(result, from, width)                                                                               \
    do {                                                                                                               \
        if ((width) == VECTOR_LANES) {                                                                                 \
            (result) = *(const vector_in_memory *)(from);                                                              \
        } else {                                                                                                       \
            (result) = (vector){0};                                                                                    \
            memcpy(&(result), (from), sizeof(float) * (size_t)(width));                                                \
        }                                                                                                              \
    } while (0)

#define VECTOR_STORE(to, value, width)                                                                                 \
    do {                                                                                                               \
        if ((width) == VECTOR_LANES)                                                                                   \
            *(vector_in_memory *)(to) = (value);                                                                       \
        else                                                                                                           \
            memcpy((to), &(value), sizeof(float) * (size_t)(width));                                                   \
    } while (0)

typedef uint16_t half_vector __attribute__((vector_size(2 * VECTOR_LANES)));
typedef uint16_t half_vector_in_memory __attribute__((vector_size(2 * VECTOR_LANES), aligned(2), may_alias));
typedef uint32_t bit_vector __attribute__((vector_size(4 * VECTOR_LANES)));

/* The same from element `at` of an array of DTYPE_F32 or DTYPE_BF16. */
#define VECTOR_READ(result, array, dtype, at, width)                                                                   \
    do {                                                                                                               \
        if ((dtype) == DTYPE_BF16) {                                                                                   \
            half_vector halves = {0};                                                                                  \
            if ((width) == VECTOR_LANES)                                                                               \
                halves = *(const half_vector_in_memory *)((const uint16_t *)(array) + (at));                           \
            else                                                                                                       \
                memcpy(&halves, (const uint16_t *)(array) + (at), sizeof(uint16_t) * (size_t)(width));                 \
            (result) = (vector)(__builtin_convertvector(halves, bit_vector) << 16);                                    \
        } else {                                                                                                       \
            VECTOR_LOAD(result, (const float *)(array) + (at), width);                                                 \
        }                                                                                                              \
    } while (0)

/* Rounds as bfloat16_from_float does. */
#define VECTOR_WRITE(array, dtype, at, value, width)                                                                   \
    do {                                                                                                               \
        if ((dtype) == DTYPE_BF16) {                                                                                   \
            bit_vector bits = (bit_vector)(value), quiet = bits >> 16 | 0x40;                                          \
            bit_vector no_number = (bit_vector)VECTOR_IS_NAN(value);                                                   \
            bits = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;                                                           \
            half_vector halves = __builtin_convertvector((bits & ~no_number) | (quiet & no_number), half_vector);      \
            if ((width) == VECTOR_LANES)                                                                               \
                *(half_vector_in_memory *)((uint16_t *)(array) + (at)) = halves;                                       \
            else                                                                                                       \
                memcpy((uint16_t *)(array) + (at), &halves, sizeof(uint16_t) * (size_t)(width));                       \
        } else {                                                                                                       \
            VECTOR_STORE((float *)(array) + (at), value, width);                                                       \
        }                                                                                                              \
    } while (0)

/*
 * LOOP(type, width), with both known to the compiler where it counts. LOOP is a macro, and stands in a function marked
 * CPU_CLONES: vectors of an inline function would be taken apart for the base machine before they are inlined.
 */
#define VECTOR_CASES(loop, type, width)                                                                                \
    do {                                                                                                               \
        if ((width) != VECTOR_LANES) {                                                                                 \
            loop(type, width)                                                                                          \
        } else if ((type) == DTYPE_BF16) {                                                                             \
            loop(DTYPE_BF16, VECTOR_LANES)                                                                             \
        } else {                                                                                                       \
            loop(DTYPE_F32, VECTOR_LANES)                                                                              \
        }                                                                                                              \
    } while (0)

/* Lanes that are no number. */
#define VECTOR_IS_NAN(value) ((value) != (value))

/* Lanes where `mask` is true; 0 elsewhere. */
#define VECTOR_WHERE(mask, value) ((vector)((vector_mask)(value) & (vector_mask)(mask)))

/* Lanes of `yes` where `mask` is true, of `no` elsewhere. */
#define VECTOR_CHOOSE(mask, yes, no)                                                                                   \
    ((vector)(((vector_mask)(yes) & (vector_mask)(mask)) | ((vector_mask)(no) & ~(vector_mask)(mask))))

#endif
