/*
 * value_formula.h: what a value map makes of bytes, in numbers, for every backend:
 *
 *     (byte * factor - mean) / deviation
 *
 * with each step rounded to float32, as the separate steps round.
 */
#ifndef LRUN_ENGINE_IMAGE_VALUE_FORMULA_H
#define LRUN_ENGINE_IMAGE_VALUE_FORMULA_H

#include <stdint.h>

#include "engine/base/formula.h"

/** Mean and deviation are of the channels. */
struct value_formula {
    float factor;
    float mean[3];
    float deviation[3];
};

FORMULA float value_formula_apply(uint8_t byte, const struct value_formula *formula, int channel)
{
    return ((float)byte * formula->factor - formula->mean[channel]) / formula->deviation[channel];
}

#endif
