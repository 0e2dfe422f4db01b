/* clip.c: limits for gradients. */
#include "runner/train/clip.h"

#include <math.h>

double clip_norm_factor(double norm, double limit)
{
    return fmin(1.0, limit / (norm + 1e-6));
}
