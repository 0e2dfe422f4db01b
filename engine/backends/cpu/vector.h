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

#define VECTOR_LANES 16

/* The loader's choice runs before a sanitizer is ready, and clang 14 cannot clone. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&              \
    !defined(__SANITIZE_THREAD__)
#define CPU_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
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

/* Lanes that are no number. */
#define VECTOR_IS_NAN(value) ((value) != (value))

/* Lanes where `mask` is true; 0 elsewhere. */
#define VECTOR_WHERE(mask, value) ((vector)((vector_mask)(value) & (vector_mask)(mask)))

/* Lanes of `yes` where `mask` is true, of `no` elsewhere. */
#define VECTOR_CHOOSE(mask, yes, no)                                                                                   \
    ((vector)(((vector_mask)(yes) & (vector_mask)(mask)) | ((vector_mask)(no) & ~(vector_mask)(mask))))

#endif
