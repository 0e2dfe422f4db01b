/* cpu.c: what is done to whole flat arrays, by the processor. */
#include <math.h>

#include "engine/ops/arrays/arrays.h"
#include "engine/ops/optimizers/loops.h"

#define PIECES 64

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

static double norm(struct numbers values, int64_t count, int threads)
{
    double pieces[PIECES];
    (void)threads;
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(threads)
#endif
    for (int i = 0; i < PIECES; i++) {
        int64_t from = count * i / PIECES, to = count * (i + 1) / PIECES;
        pieces[i] = sum_of_squares(values, from, to);
    }
    double sum = 0;
    for (int i = 0; i < PIECES; i++)
        sum += pieces[i];
    return sqrt(sum);
}

static void cpu_note(struct device *device, struct step_state *state, const struct batch_scalars *scalars)
{
    (void)device;
    for (int i = 0; i < scalars->count; i++)
        step_note(state, scalars, i);
}

static void cpu_judge(struct device *device, struct step_state *state, const struct step_report *report)
{
    (void)device;
    step_judge(state, report, norm(report->gradients, report->count, report->threads));
}

static void cpu_rescale(struct device *device, struct step_state *state, int interval)
{
    (void)device;
    step_rescale(state, interval);
}

static void cpu_clip(struct device *device, const struct step_state *state, struct numbers values, int64_t count,
                     double limit)
{
    double scale = state->share;
    (void)device;
    for (int64_t i = 0; i < count; i++)
        numbers_set(values, i, fmax(-limit, fmin(limit, numbers_get(values, i) * scale)));
}

static void cpu_spoil(struct device *device, const struct step_state *state, struct numbers values)
{
    (void)device;
    if (step_is_skipped(state))
        numbers_set(values, 0, NAN);
}

INLINE void add_all(struct numbers to, struct numbers from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        numbers_set(to, i, numbers_get(to, i) + numbers_get(from, i));
}

static void cpu_add(struct device *device, struct numbers to, struct numbers from, int64_t count)
{
    (void)device;
    if (to.dtype == DTYPE_F32)
        add_all(numbers_as(to, DTYPE_F32), numbers_as(from, DTYPE_F32), count);
    else
        add_all(to, from, count);
}

static bool cpu_are_finite(struct device *device, struct numbers values, int64_t count)
{
    (void)device;
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(numbers_get(values, i)))
            return false;
    return true;
}

/* The processor's batches are planes already; this is for devices that compute as it does. */
static void cpu_map_pixels(struct device *device, const struct pixel_arrays *arrays)
{
    const uint8_t *byte = arrays->bytes;
    (void)device;
    for (int64_t image = 0; image < arrays->images; image++)
        for (int64_t pixel = 0; pixel < arrays->pixels; pixel++)
            for (int channel = 0; channel < arrays->channels; channel++)
                arrays->planes[(image * arrays->channels + channel) * arrays->pixels + pixel] =
                    value_formula_apply(*byte++, &arrays->formulas[image], channel);
}

const struct array_functions array_functions_cpu = {
    .sgd = optimizers_cpu_sgd,
    .adam = optimizers_cpu_adam,
    .note = cpu_note,
    .judge = cpu_judge,
    .rescale = cpu_rescale,
    .clip = cpu_clip,
    .spoil = cpu_spoil,
    .add = cpu_add,
    .are_finite = cpu_are_finite,
    .map_pixels = cpu_map_pixels,
};
