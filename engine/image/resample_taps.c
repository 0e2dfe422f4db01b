/* resample_taps.c: weights of a one-dimensional resampling. */
#include "engine/image/resample_taps.h"

#include <math.h>

#define FIXED_PRECISION_LIMIT 22

static double linear(double distance)
{
    distance = fabs(distance);
    return distance < 1.0 ? 1.0 - distance : 0.0;
}

/* Keys' cubic convolution; PyTorch takes -0.5 with antialiasing (as Pillow) and -0.75 without. */
static double cubic(double distance, double a)
{
    double x = fabs(distance);
    if (x < 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    if (x < 2.0)
        return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
    return 0.0;
}

static int maximum(int a, int b)
{
    return a > b ? a : b;
}

static int minimum(int a, int b)
{
    return a < b ? a : b;
}

/* The filter's width grows with the shrinking (Pillow's precompute_coeffs). */
static void build_filtered(struct taps *taps, double *weights, int input, double scale, bool is_cubic)
{
    double stretch = scale >= 1.0 ? scale : 1.0;
    double support = (is_cubic ? 2.0 : 1.0) * stretch;
    for (int i = 0; i < taps->count; i++) {
        double center = scale * (i + 0.5);
        int first = maximum((int)(center - support + 0.5), 0);
        int size = minimum(minimum((int)(center + support + 0.5), input) - first, taps->stride);
        double total = 0.0;
        double *row = weights + (size_t)i * (size_t)taps->stride;
        for (int j = 0; j < size; j++) {
            double distance = (j + first - center + 0.5) * (1.0 / stretch);
            row[j] = is_cubic ? cubic(distance, -0.5) : linear(distance);
            total += row[j];
        }
        for (int j = 0; j < size && total != 0.0; j++)
            row[j] /= total;
        taps->first[i] = first;
        taps->size[i] = size;
    }
}

/* The nearest two or four inputs; what lies beyond the border counts for the border's pixel. */
static void build_pointwise(struct taps *taps, double *weights, int input, double scale, bool is_cubic)
{
    int half = is_cubic ? 2 : 1;
    for (int i = 0; i < taps->count; i++) {
        double at = scale * (i + 0.5) - 0.5;
        if (!is_cubic && at < 0.0)
            at = 0.0;
        int below = minimum((int)floor(at), input - 1);
        double part = fmin(fmax(at - below, 0.0), 1.0);
        int first = maximum(below - half + 1, 0);
        int last = minimum(below + half, input - 1);
        for (int j = 1 - half; j <= half; j++) {
            double weight = is_cubic ? cubic(part - j, -0.75) : linear(part - j);
            int index = minimum(maximum(below + j, first), last);
            weights[(size_t)i * (size_t)taps->stride + (size_t)(index - first)] += weight;
        }
        taps->first[i] = first;
        taps->size[i] = last - first + 1;
    }
}

/* As many bits as keep the largest weight within 16. */
static void build_fixed(struct taps *taps, const double *weights)
{
    size_t count = (size_t)taps->count * (size_t)taps->stride;
    double largest = 0.0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, weights[i]);
    taps->precision = 0;
    while (taps->precision < FIXED_PRECISION_LIMIT && (int)(0.5 + largest * (2 << taps->precision)) < 1 << 15)
        taps->precision++;
    double unit = 1 << taps->precision;
    for (size_t i = 0; i < count; i++) {
        taps->weights[i] = (float)weights[i];
        taps->fixed[i] = (int16_t)(weights[i] * unit + (weights[i] < 0.0 ? -0.5 : 0.5));
    }
}

void taps_build(struct taps *taps, int input, int output, const struct resample_options *options, struct arena *arena)
{
    bool is_cubic = options->interpolation == INTERPOLATION_BICUBIC;
    double scale = (double)input / output;
    double support = (is_cubic ? 2.0 : 1.0) * (options->antialias && scale > 1.0 ? scale : 1.0);
    int width = options->antialias ? (int)ceil(support) * 2 + 1 : is_cubic ? 4 : 2;
    *taps = (struct taps){.count = output, .stride = (width + TAPS_GROUP - 1) / TAPS_GROUP * TAPS_GROUP};
    size_t count = (size_t)output * (size_t)taps->stride;
    double *weights = arena_allocate(arena, count, sizeof *weights);
    taps->first = arena_allocate(arena, (size_t)output, sizeof *taps->first);
    taps->size = arena_allocate(arena, (size_t)output, sizeof *taps->size);
    taps->weights = arena_allocate(arena, count, sizeof *taps->weights);
    taps->fixed = arena_allocate(arena, count, sizeof *taps->fixed);
    if (options->antialias)
        build_filtered(taps, weights, input, scale, is_cubic);
    else
        build_pointwise(taps, weights, input, scale, is_cubic);
    build_fixed(taps, weights);
}
