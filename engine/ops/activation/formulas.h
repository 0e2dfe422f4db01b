/*
 * formulas.h: activations as scalar formulas, shared by every backend. As torch.nn.functional.hardsigmoid, hardswish and relu6.
 * Comparisons are written so that what is not a number stays so.
 */
#ifndef LRUN_ENGINE_OPS_ACTIVATION_FORMULAS_H
#define LRUN_ENGINE_OPS_ACTIVATION_FORMULAS_H

#include "engine/base/formula.h"

/** What they compute in; a file that wants another type defines it before. */
#ifndef REAL
#define REAL float
#endif

/** min(max(x, 0), 6). */
FORMULA REAL relu6_value(REAL x)
{
    REAL positive = x < 0 ? 0 : x;
    return positive > 6 ? 6 : positive;
}

/** The gradient of relu6 at x, times `gradient`. */
FORMULA REAL relu6_gradient(REAL gradient, REAL x)
{
    return x <= 0 || x >= 6 ? 0 : gradient;
}

/** relu6(x + 3) / 6. */
FORMULA REAL hard_sigmoid_value(REAL x)
{
    return relu6_value(x + 3) / 6;
}

FORMULA REAL hard_sigmoid_gradient(REAL gradient, REAL x)
{
    return x <= -3 || x >= 3 ? 0 : gradient / 6;
}

/** x * relu6(x + 3) / 6. */
FORMULA REAL hard_swish_value(REAL x)
{
    return x * relu6_value(x + 3) / 6;
}

FORMULA REAL hard_swish_gradient(REAL gradient, REAL x)
{
    REAL inside = gradient * (x / 3 + (REAL)0.5);
    return x <= -3 ? 0 : x >= 3 ? gradient : inside;
}

#endif
