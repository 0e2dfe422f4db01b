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

/* Eight, as the lower half of sixteen: where a channel count leaves half a vector. Never through memory, which would stall. */
typedef float vector_half_in_memory __attribute__((vector_size(2 * VECTOR_LANES), aligned(4), may_alias));
#define VECTOR_WIDEN(half, zero)                                                                                       \
    __builtin_shufflevector(half, zero, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define VECTOR_LOWER_HALF(whole) __builtin_shufflevector(whole, whole, 0, 1, 2, 3, 4, 5, 6, 7)

/* The first `width` of sixteen floats, the others 0. */
#define VECTOR_LOAD(result, from, width)                                                                               \
    do {                                                                                                               \
        if ((width) == VECTOR_LANES) {                                                                                 \
            (result) = *(const vector_in_memory *)(from);                                                              \
        } else if ((width) == VECTOR_LANES / 2) {                                                                      \
            (result) = VECTOR_WIDEN(*(const vector_half_in_memory *)(from), (vector_half_in_memory){0});               \
        } else {                                                                                                       \
            (result) = (vector){0};                                                                                    \
            memcpy(&(result), (from), sizeof(float) * (size_t)(width));                                                \
        }                                                                                                              \
    } while (0)

#define VECTOR_STORE(to, value, width)                                                                                 \
    do {                                                                                                               \
        if ((width) == VECTOR_LANES)                                                                                   \
            *(vector_in_memory *)(to) = (value);                                                                       \
        else if ((width) == VECTOR_LANES / 2)                                                                          \
            *(vector_half_in_memory *)(to) = VECTOR_LOWER_HALF(value);                                                 \
        else                                                                                                           \
            memcpy((to), &(value), sizeof(float) * (size_t)(width));                                                   \
    } while (0)

typedef uint16_t half_vector __attribute__((vector_size(2 * VECTOR_LANES)));
typedef uint16_t half_vector_in_memory __attribute__((vector_size(2 * VECTOR_LANES), aligned(2), may_alias));
typedef uint16_t eight_halves_in_memory __attribute__((vector_size(VECTOR_LANES), aligned(2), may_alias));
typedef uint32_t bit_vector __attribute__((vector_size(4 * VECTOR_LANES)));

/* The same from element `at` of an array of DTYPE_F32 or DTYPE_BF16. */
#define VECTOR_READ(result, array, dtype, at, width)                                                                   \
    do {                                                                                                               \
        if ((dtype) == DTYPE_BF16) {                                                                                   \
            const uint16_t *halves_from = (const uint16_t *)(array) + (at);                                            \
            half_vector halves = {0};                                                                                  \
            if ((width) == VECTOR_LANES)                                                                               \
                halves = *(const half_vector_in_memory *)halves_from;                                                  \
            else if ((width) == VECTOR_LANES / 2)                                                                      \
                halves = VECTOR_WIDEN(*(const eight_halves_in_memory *)halves_from, (eight_halves_in_memory){0});      \
            else                                                                                                       \
                memcpy(&halves, halves_from, sizeof(uint16_t) * (size_t)(width));                                      \
            (result) = (vector)(__builtin_convertvector(halves, bit_vector) << 16);                                    \
        } else {                                                                                                       \
            VECTOR_LOAD(result, (const float *)(array) + (at), width);                                                 \
        }                                                                                                              \
    } while (0)

/* Rounds as bfloat16_from_float does. */
#define VECTOR_WRITE(array, dtype, at, value, width)                                                                   \
    do {                                                                                                               \
        if ((dtype) == DTYPE_BF16) {                                                                                   \
            uint16_t *halves_to = (uint16_t *)(array) + (at);                                                          \
            bit_vector bits = (bit_vector)(value), quiet = bits >> 16 | 0x40;                                          \
            bit_vector no_number = (bit_vector)VECTOR_IS_NAN(value);                                                   \
            bits = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;                                                           \
            half_vector halves = __builtin_convertvector((bits & ~no_number) | (quiet & no_number), half_vector);      \
            if ((width) == VECTOR_LANES)                                                                               \
                *(half_vector_in_memory *)halves_to = halves;                                                          \
            else if ((width) == VECTOR_LANES / 2)                                                                      \
                *(eight_halves_in_memory *)halves_to = VECTOR_LOWER_HALF(halves);                                      \
            else                                                                                                       \
                memcpy(halves_to, &halves, sizeof(uint16_t) * (size_t)(width));                                        \
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
        if ((width) == VECTOR_LANES && (type) == DTYPE_F32) {                                                          \
            loop(DTYPE_F32, VECTOR_LANES)                                                                              \
        } else if ((width) == VECTOR_LANES) {                                                                          \
            loop(DTYPE_BF16, VECTOR_LANES)                                                                             \
        } else if ((width) == VECTOR_LANES / 2 && (type) == DTYPE_F32) {                                               \
            loop(DTYPE_F32, VECTOR_LANES / 2)                                                                          \
        } else if ((width) == VECTOR_LANES / 2) {                                                                      \
            loop(DTYPE_BF16, VECTOR_LANES / 2)                                                                         \
        } else {                                                                                                       \
            loop(type, width)                                                                                          \
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
