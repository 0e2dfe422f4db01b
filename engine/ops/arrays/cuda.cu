/*
 * cuda.cu: what is done to whole flat arrays, on a GPU.
 *
 * A sum is made of as many parts as there are threads, whichever GPU it is: each is of every so-manieth element, in order; the
 * parts are then added by one block. So the same array has the same sum everywhere.
 */
#include "engine/backends/cuda/launch.h"
#include "engine/ops/arrays/arrays.h"
#include "engine/ops/optimizers/cuda.h"

#define PARTS ((int64_t)65536)
static_assert((PARTS + 1) * sizeof(double) <= CUDA_SCRATCH_BYTES,
              "the parts and their sum are in the device's scratch");

struct array_arguments {
    void *values;
    const void *others;
    enum dtype dtype;
    int64_t count;
    const struct step_state *state;
    double limit;
    double *parts;
    double *sum;
};

BODY void squares_body(struct place place, const struct array_arguments *a)
{
    for (int64_t part = place.index; part < PARTS; part += place.count) {
        double sum = 0;
        for (int64_t i = part; i < a->count; i += PARTS) {
            double number = float_get(a->values, a->dtype, i);
            sum += number * number;
        }
        a->parts[part] = sum;
    }
}
LAUNCHER(squares, struct array_arguments)

/* How many are not finite: their difference to themselves is not 0. */
BODY void faults_body(struct place place, const struct array_arguments *a)
{
    for (int64_t part = place.index; part < PARTS; part += place.count) {
        double faults = 0;
        for (int64_t i = part; i < a->count; i += PARTS) {
            float number = float_get(a->values, a->dtype, i);
            faults += number - number == 0 ? 0 : 1;
        }
        a->parts[part] = faults;
    }
}
LAUNCHER(faults, struct array_arguments)

struct sum_shared {
    double sums[BLOCK_THREADS];
};

/* Of one block: each thread adds its parts, then the first one adds what they have. */
BODY double thread_sum(struct block_place place, const double *parts)
{
    double sum = 0;
    for (int64_t i = place.thread; i < PARTS; i += BLOCK_THREADS)
        sum += parts[i];
    return sum;
}

BODY void sum_body(struct block_place place, int phase, struct sum_shared *shared, const struct array_arguments *a)
{
    if (phase == 0)
        shared->sums[place.thread] = thread_sum(place, a->parts);
    else if (place.thread == 0)
        *a->sum = parts_sum(shared->sums, BLOCK_THREADS);
}
LAUNCHER_OF_BLOCKS(sum, struct array_arguments, 2)

struct judge_arguments {
    const double *parts;
    struct step_state *state;
    struct step_report report;
};

struct judge_shared {
    double sums[BLOCK_THREADS];
};

BODY void judge_body(struct block_place place, int phase, struct judge_shared *shared, const struct judge_arguments *a)
{
    if (phase == 0)
        shared->sums[place.thread] = thread_sum(place, a->parts);
    else if (place.thread == 0)
        step_judge(a->state, &a->report, sqrt(parts_sum(shared->sums, BLOCK_THREADS)));
}
LAUNCHER_OF_BLOCKS(judge, struct judge_arguments, 2)

struct note_arguments {
    struct batch_scalars scalars;
    struct step_state *state;
};

BODY void note_body(struct place place, const struct note_arguments *a)
{
    for (int64_t i = place.index; i < a->scalars.count; i += place.count)
        step_note(a->state, &a->scalars, (int)i);
}
LAUNCHER(note, struct note_arguments)

struct rescale_arguments {
    struct step_state *state;
    int interval;
};

/* One thread's. */
BODY void rescale_body(struct place place, const struct rescale_arguments *a)
{
    if (place.index == 0)
        step_rescale(a->state, a->interval);
}
LAUNCHER(rescale, struct rescale_arguments)

BODY void clip_body(struct place place, const struct array_arguments *a)
{
    for (int64_t i = place.index; i < a->count; i += place.count) {
        double number = fmin(a->limit, float_get(a->values, a->dtype, i) * a->state->share);
        float_set(a->values, a->dtype, i, (float)fmax(-a->limit, number));
    }
}
LAUNCHER(clip, struct array_arguments)

BODY void spoil_body(struct place place, const struct array_arguments *a)
{
    if (place.index == 0 && step_is_skipped(a->state))
        float_set(a->values, a->dtype, 0, NAN);
}
LAUNCHER(spoil, struct array_arguments)

/* The sum of two floats in double, rounded to float, is their sum in float. */
BODY void add_body(struct place place, const struct array_arguments *a)
{
    for (int64_t i = place.index; i < a->count; i += place.count)
        float_set(a->values, a->dtype, i, float_get(a->values, a->dtype, i) + float_get(a->others, a->dtype, i));
}
LAUNCHER(add, struct array_arguments)

static struct array_arguments arguments_of(struct device *device, struct numbers values, int64_t count)
{
    double *scratch = (double *)launch_scratch(device);
    struct array_arguments a = {values.data, NULL, values.dtype, count, NULL, 0, scratch, scratch + PARTS};
    return a;
}

static void cuda_note(struct device *device, struct step_state *state, const struct batch_scalars *scalars)
{
    struct note_arguments a = {*scalars, state};
    note_launch(device, scalars->count, &a);
}

static void cuda_judge(struct device *device, struct step_state *state, const struct step_report *report)
{
    struct array_arguments a = arguments_of(device, report->gradients, report->count);
    struct judge_arguments judge = {a.parts, state, *report};
    squares_launch(device, PARTS, &a);
    judge_launch(device, 1, &judge);
}

static void cuda_rescale(struct device *device, struct step_state *state, int interval)
{
    struct rescale_arguments a = {state, interval};
    rescale_launch(device, 1, &a);
}

static void cuda_clip(struct device *device, const struct step_state *state, struct numbers values, int64_t count,
                      double limit)
{
    struct array_arguments a = arguments_of(device, values, count);
    a.state = state;
    a.limit = limit;
    clip_launch(device, count, &a);
}

static void cuda_spoil(struct device *device, const struct step_state *state, struct numbers values)
{
    struct array_arguments a = arguments_of(device, values, 1);
    a.state = state;
    spoil_launch(device, a.count, &a);
}

static void cuda_add(struct device *device, struct numbers to, struct numbers from, int64_t count)
{
    struct array_arguments a = arguments_of(device, to, count);
    a.others = from.data;
    add_launch(device, count, &a);
}

static bool cuda_are_finite(struct device *device, struct numbers values, int64_t count)
{
    struct array_arguments a = arguments_of(device, values, count);
    double sum = 0;
    faults_launch(device, PARTS, &a);
    sum_launch(device, 1, &a);
    device_read(device, &sum, a.sum, sizeof sum);
    return sum == 0;
}

BODY void map_pixel(const struct pixel_arrays *a, int64_t image, int64_t pixel)
{
    const struct value_formula *formula = &a->formulas[image];
    const uint8_t *bytes = a->bytes + (image * a->pixels + pixel) * a->channels;
    float *planes = a->planes + image * a->channels * a->pixels + pixel;
    for (int channel = 0; channel < a->channels; channel++)
        planes[channel * a->pixels] = value_formula_apply(bytes[channel], formula, channel);
}

/* A thread goes from pixel to pixel without dividing: by so many images and pixels as there are threads. */
BODY void map_pixels_body(struct place place, const struct pixel_arrays *a)
{
    int64_t image = place.index / a->pixels, pixel = place.index % a->pixels;
    int64_t images = place.count / a->pixels, pixels = place.count % a->pixels;
    while (image < a->images) {
        map_pixel(a, image, pixel);
        image += images;
        pixel += pixels;
        if (pixel >= a->pixels) {
            pixel -= a->pixels;
            image++;
        }
    }
}
LAUNCHER(map_pixels, struct pixel_arrays)

static void cuda_map_pixels(struct device *device, const struct pixel_arrays *arrays)
{
    map_pixels_launch(device, arrays->images * arrays->pixels, arrays);
}

const struct array_functions array_functions_cuda = {
    .sgd = optimizers_cuda_sgd,
    .adam = optimizers_cuda_adam,
    .note = cuda_note,
    .judge = cuda_judge,
    .rescale = cuda_rescale,
    .clip = cuda_clip,
    .spoil = cuda_spoil,
    .add = cuda_add,
    .are_finite = cuda_are_finite,
    .map_pixels = cuda_map_pixels,
};
