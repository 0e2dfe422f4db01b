/*
 * float16.h: IEEE 754's binary16: a sign, 5 binary digits of exponent, and 11 of the number: up to 65504, whole down to 2^-14,
 * and with fewer digits down to 2^-24.
 *
 * Written without branches, so that loops over it become vector instructions. A GPU has instructions of its own for the same.
 */
#ifndef LRUN_ENGINE_TENSOR_FLOAT16_H
#define LRUN_ENGINE_TENSOR_FLOAT16_H

#include <stdint.h>
#include <string.h>

#include "engine/base/formula.h"

/** One element of an array of DTYPE_F16. */
struct float16 {
    uint16_t bits;
};

FORMULA float float16_to_float(struct float16 half)
{
    float number;
#ifdef __CUDA_ARCH__
    asm("cvt.f32.f16 %0, %1;" : "=f"(number) : "h"(half.bits));
#else
    uint32_t magnitude = half.bits & 0x7fffU, exponent = magnitude < 0x7c00 ? 112U << 23 : 224U << 23;
    uint32_t normal = (magnitude << 13) + exponent, subnormal = (magnitude << 13) + (113U << 23), bits;
    const float smallest = 0x1p-14F;
    memcpy(&number, &subnormal, sizeof number);
    number -= smallest;
    memcpy(&bits, &number, sizeof bits);
    bits = (magnitude < 0x400 ? bits : normal) | (half.bits & 0x8000U) << 16;
    memcpy(&number, &bits, sizeof number);
#endif
    return number;
}

/** Rounds to the nearest, halves to the even one, from 65520 on to infinity; what is not a number is 0x7fff. */
FORMULA struct float16 float16_from_float(float number)
{
    struct float16 half;
#ifdef __CUDA_ARCH__
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half.bits) : "f"(number));
#else
    uint32_t bits, subnormal;
    memcpy(&bits, &number, sizeof bits);
    uint32_t magnitude = bits & 0x7fffffff;
    /* One half and the steps of 2^-24 up to it: the sum is rounded to such a step. */
    float sum;
    memcpy(&sum, &magnitude, sizeof sum);
    sum += 0.5F;
    memcpy(&subnormal, &sum, sizeof subnormal);
    uint32_t normal = (magnitude - (112U << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
    normal = normal < 0x7c00 ? normal : 0x7c00;
    uint32_t rounded = magnitude < 113U << 23 ? subnormal - 0x3f000000 : normal;
    half.bits = (uint16_t)(number == number ? rounded | (bits >> 16 & 0x8000) : 0x7fff);
#endif
    return half;
}

#endif
