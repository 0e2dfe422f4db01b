/*
 * formula.h: functions of a few numbers that every backend computes alike: C on the processor, CUDA on a GPU.
 *
 *     FORMULA float twice(float x) { return 2 * x; }
 *
 * They are in what C11 and C++20 have in common, and call nothing but each other, memcpy and what <math.h> declares. Nothing is
 * contracted on either side (-ffp-contract=off, -fmad=false), so that both give the same bits.
 */
#ifndef LRUN_ENGINE_BASE_FORMULA_H
#define LRUN_ENGINE_BASE_FORMULA_H

#ifdef __CUDACC__
#define FORMULA static __host__ __device__ __forceinline__
#else
#define FORMULA static inline __attribute__((always_inline))
#endif

#endif
