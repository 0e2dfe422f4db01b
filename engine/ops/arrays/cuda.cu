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
    double scale;
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
BODY void sum_body(struct block_place place, int phase, struct sum_shared *shared, const struct array_arguments *a)
{
    double sum = 0;
    if (phase == 0) {
        for (int64_t i = place.thread; i < PARTS; i += BLOCK_THREADS)
            sum += a->parts[i];
        shared->sums[place.thread] = sum;
    } else if (place.thread == 0) {
        *a->sum = parts_sum(shared->sums, BLOCK_THREADS);
    }
}
LAUNCHER_OF_BLOCKS(sum, struct array_arguments, 2)

BODY void clip_body(struct place place, const struct array_arguments *a)
{
    for (int64_t i = place.index; i < a->count; i += place.count) {
        double number = fmin(a->limit, float_get(a->values, a->dtype, i) * a->scale);
        float_set(a->values, a->dtype, i, (float)fmax(-a->limit, number));
    }
}
LAUNCHER(clip, struct array_arguments)

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
    struct array_arguments a = {values.data, NULL, values.dtype, count, 1, 0, scratch, scratch + PARTS};
    return a;
}

/* The sum of all parts, on the host. */
static double read_sum(struct device *device, const struct array_arguments *a)
{
    double sum = 0;
    sum_launch(device, 1, a);
    device_read(device, &sum, a->sum, sizeof sum);
    return sum;
}

static double cuda_norm(struct device *device, struct numbers values, int64_t count, int threads)
{
    struct array_arguments a = arguments_of(device, values, count);
    (void)threads;
    squares_launch(device, PARTS, &a);
    return sqrt(read_sum(device, &a));
}

static void cuda_clip(struct device *device, struct numbers values, int64_t count, double scale, double limit)
{
    struct array_arguments a = arguments_of(device, values, count);
    a.scale = scale;
    a.limit = limit;
    clip_launch(device, count, &a);
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
    faults_launch(device, PARTS, &a);
    return read_sum(device, &a) == 0;
}

const struct array_functions array_functions_cuda = {
    .sgd = optimizers_cuda_sgd,
    .adam = optimizers_cuda_adam,
    .norm = cuda_norm,
    .clip = cuda_clip,
    .add = cuda_add,
    .are_finite = cuda_are_finite,
};
