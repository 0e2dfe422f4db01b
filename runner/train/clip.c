/* clip.c: limits for gradients. */
#include "runner/train/clip.h"

#include <math.h>

#define PIECES 64

#define INLINE static inline __attribute__((always_inline))

INLINE double square_at(struct numbers values, int64_t index)
{
    double number = numbers_get(values, index);
    return number * number;
}

INLINE double sum_stretch(struct numbers values, int64_t i, int64_t end)
{
    double sums[4] = {0};
    for (; i + 4 <= end; i += 4)
        for (int lane = 0; lane < 4; lane++)
            sums[lane] += square_at(values, i + lane);
    for (; i < end; i++)
        sums[0] += square_at(values, i);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static double sum_of_squares(struct numbers values, int64_t begin, int64_t end)
{
    return values.dtype == DTYPE_F32 ? sum_stretch(numbers_as(values, DTYPE_F32), begin, end)
                                     : sum_stretch(values, begin, end);
}

double gradients_norm(struct numbers gradients, int64_t count, int threads)
{
    double pieces[PIECES];
    (void)threads;
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(threads)
#endif
    for (int i = 0; i < PIECES; i++) {
        int64_t from = count * i / PIECES, to = count * (i + 1) / PIECES;
        pieces[i] = sum_of_squares(gradients, from, to);
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

void clip_value(struct numbers gradients, int64_t count, double scale, double limit)
{
    for (int64_t i = 0; i < count; i++)
        numbers_set(gradients, i, fmax(-limit, fmin(limit, numbers_get(gradients, i) * scale)));
}

INLINE void add_all(struct numbers to, struct numbers from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        numbers_set(to, i, numbers_get(to, i) + numbers_get(from, i));
}

void gradients_add(struct numbers to, struct numbers from, int64_t count)
{
    if (to.dtype == DTYPE_F32)
        add_all(numbers_as(to, DTYPE_F32), numbers_as(from, DTYPE_F32), count);
    else
        add_all(to, from, count);
}
