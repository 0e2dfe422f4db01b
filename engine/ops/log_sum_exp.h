/* log_sum_exp.h: the denominator of softmax, as its logarithm, in double. */
#ifndef LRUN_ENGINE_OPS_LOG_SUM_EXP_H
#define LRUN_ENGINE_OPS_LOG_SUM_EXP_H

#include <math.h>
#include <stdint.h>

/** log(sum of exp(logits)), of at least one logit, without overflow. */
static inline double log_sum_exp(const float *logits, int64_t count)
{
    float largest = logits[0];
    for (int64_t i = 1; i < count; i++)
        largest = logits[i] > largest ? logits[i] : largest;
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += exp((double)logits[i] - largest);
    return largest + log(sum);
}

#endif
