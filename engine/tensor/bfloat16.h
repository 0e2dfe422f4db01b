/*
 * bfloat16.h: the upper half of a float32: its sign, its exponent, and 8 of its 24 binary digits.
 *
 * Written without branches, so that loops over it become vector instructions.
 */
#ifndef LRUN_ENGINE_TENSOR_BFLOAT16_H
#define LRUN_ENGINE_TENSOR_BFLOAT16_H

#include <stdint.h>
#include <string.h>

#include "engine/base/formula.h"

/** One element of an array of DTYPE_BF16. */
struct bfloat16 {
    uint16_t bits;
};

FORMULA float bfloat16_to_float(struct bfloat16 half)
{
    uint32_t bits = (uint32_t)half.bits << 16;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/** Rounds to the nearest, halves to the even one; what is not a number stays so. */
FORMULA struct bfloat16 bfloat16_from_float(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, quiet = bits >> 16 | 0x40;
    return (struct bfloat16){(uint16_t)(number == number ? rounded : quiet)};
}

#endif
