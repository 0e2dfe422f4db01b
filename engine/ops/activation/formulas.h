/*
 * formulas.h: activations as scalar formulas, shared by every backend. As torch.nn.functional.hardsigmoid, hardswish and relu6.
 * Comparisons are written so that what is not a number stays so.
 */
#ifndef LRUN_ENGINE_OPS_ACTIVATION_FORMULAS_H
#define LRUN_ENGINE_OPS_ACTIVATION_FORMULAS_H

/** min(max(x, 0), 6). */
static inline float relu6_value(float x)
{
    float positive = x < 0 ? 0 : x;
    return positive > 6 ? 6 : positive;
}

/** The gradient of relu6 at x, times `gradient`. */
static inline float relu6_gradient(float gradient, float x)
{
    return x <= 0 || x >= 6 ? 0 : gradient;
}

/** relu6(x + 3) / 6. */
static inline float hard_sigmoid_value(float x)
{
    return relu6_value(x + 3) / 6;
}

static inline float hard_sigmoid_gradient(float gradient, float x)
{
    return x <= -3 || x >= 3 ? 0 : gradient / 6;
}

/** x * relu6(x + 3) / 6. */
static inline float hard_swish_value(float x)
{
    return x * relu6_value(x + 3) / 6;
}

static inline float hard_swish_gradient(float gradient, float x)
{
    float inside = gradient * (x / 3 + 0.5F);
    return x <= -3 ? 0 : x >= 3 ? gradient : inside;
}

#endif
