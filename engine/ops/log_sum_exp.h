/* log_sum_exp.h: the denominator of softmax, as its logarithm, in double. */
#ifndef LRUN_ENGINE_OPS_LOG_SUM_EXP_H
#define LRUN_ENGINE_OPS_LOG_SUM_EXP_H

#include <math.h>
#include <stdint.h>

#include "engine/tensor/numbers.h"

/** log(sum of exp(logits)), of at least one logit, without overflow. */
static inline double log_sum_exp(struct numbers logits, int64_t count)
{
    double largest = numbers_get(logits, 0);
    for (int64_t i = 1; i < count; i++)
        largest = numbers_get(logits, i) > largest ? numbers_get(logits, i) : largest;
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += exp(numbers_get(logits, i) - largest);
    return largest + log(sum);
}

#endif
