/*
 * amx.h: products of bfloat16 matrices by the tiles of AMX (Intel, since Sapphire Rapids), summed in float32.
 *
 * One step multiplies 32 rows of `a` by 32 columns of `b` over a depth of 32 numbers and adds to 32 x 32 sums, which are in
 * four tiles:
 *
 *     amx_begin();
 *     amx_clear_sums();
 *     amx_multiply(a, AMX_BLOCK_BYTES, b, AMX_BLOCK_BYTES, steps);
 *     amx_store_sums(sums);
 *     amx_end();
 *
 * A block of `a` is two tiles of [16 rows][32 deep]. A block of `b` is [16 pairs of depth][2 tiles][16 columns][2 of the
 * pair]. Sums are [2 tiles of a][2 tiles of b][16 rows][16 columns]. All are aligned to 64 bytes.
 */
#ifndef LRUN_ENGINE_BACKENDS_CPU_AMX_H
#define LRUN_ENGINE_BACKENDS_CPU_AMX_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__x86_64__) && defined(__linux__)
#define LRUN_HAVE_AMX 1
#else
#define LRUN_HAVE_AMX 0
#endif

/** Rows, columns and depth of a step. */
#define AMX_SIDE 32
/** Of a block of `a`, or of `b`. */
#define AMX_BLOCK_BYTES ((ptrdiff_t)2048)
/** Of one pair of depth in a block of `b`. */
#define AMX_PAIR_BYTES ((ptrdiff_t)128)

/** True when the processor has AMX for bfloat16 and the operating system lets this process use it. */
bool amx_is_available(void);

#if LRUN_HAVE_AMX
#include <immintrin.h>

#define AMX_TARGET __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl")))
#define AMX_INLINE AMX_TARGET static inline __attribute__((always_inline))

/* The intrinsics that load do not say that they read memory. */
#define AMX_SETTLE_MEMORY() __asm__ volatile("" ::: "memory")

/** Takes the tiles for this thread, and gives them back, so that switches of threads stay cheap. */
void amx_begin(void);
void amx_end(void);

AMX_INLINE void amx_clear_sums(void)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

AMX_INLINE void amx_load_sums(const float *sums)
{
    AMX_SETTLE_MEMORY();
    _tile_loadd(0, sums, 64);
    _tile_loadd(1, sums + 256, 64);
    _tile_loadd(2, sums + 512, 64);
    _tile_loadd(3, sums + 768, 64);
}

AMX_INLINE void amx_store_sums(float *sums)
{
    _tile_stored(0, sums, 64);
    _tile_stored(1, sums + 256, 64);
    _tile_stored(2, sums + 512, 64);
    _tile_stored(3, sums + 768, 64);
}

/** `steps` steps, over blocks that are so many bytes apart. */
AMX_INLINE void amx_multiply(const char *a, ptrdiff_t a_step, const char *b, ptrdiff_t b_step, ptrdiff_t steps)
{
    AMX_SETTLE_MEMORY();
    for (ptrdiff_t i = 0; i < steps; i++) {
        _tile_loadd(4, a, 64);
        _tile_loadd(6, b, 128);
        _tile_loadd(7, b + 64, 128);
        _tile_loadd(5, a + 1024, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        a += a_step;
        b += b_step;
    }
}
#endif

#endif
