/* clip.c: limits for gradients. */
#include "runner/train/clip.h"

#include <math.h>

#define PIECES 64

static double sum_of_squares(const float *values, int64_t count)
{
    double sums[4] = {0};
    int64_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (int lane = 0; lane < 4; lane++)
            sums[lane] += (double)values[i + lane] * values[i + lane];
    for (; i < count; i++)
        sums[0] += (double)values[i] * values[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double gradients_norm(const float *gradients, int64_t count, int threads)
{
    double pieces[PIECES];
    (void)threads;
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(threads)
#endif
    for (int i = 0; i < PIECES; i++) {
        int64_t from = count * i / PIECES, to = count * (i + 1) / PIECES;
        pieces[i] = sum_of_squares(gradients + from, to - from);
    }
    double sum = 0;
    for (int i = 0; i < PIECES; i++)
        sum += pieces[i];
    return sqrt(sum);
}

double clip_norm_factor(double norm, double limit)
{
    return fmin(1.0, limit / (norm + 1e-6));
}

void clip_value(float *gradients, int64_t count, double scale, double limit)
{
    for (int64_t i = 0; i < count; i++) {
        float value = (float)(gradients[i] * scale);
        gradients[i] = fmaxf((float)-limit, fminf((float)limit, value));
    }
}

void gradients_add(float *to, const float *from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] += from[i];
}
