/* reference.c: l2_normalize and its gradient as plain loops, summed in double. */
#include <math.h>

#include "engine/ops/l2_normalize/l2_normalize.h"
#include "engine/ops/value_view.h"

/* Length of one pixel of an image [c, pixels]. */
static double pixel_length(struct numbers x, int64_t channels, int64_t pixels)
{
    double sum = 0;
    for (int64_t c = 0; c < channels; c++)
        sum += numbers_get(x, c * pixels) * numbers_get(x, c * pixels);
    return sqrt(sum);
}

static void normalize_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct l2_normalize_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t channels = size[1], pixels = size[2] * size[3];
    struct numbers x = input_numbers(instance, run, 0), weight = input_numbers(instance, run, 1);
    struct numbers y = output_numbers(instance, run, 0);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < size[0] * pixels; i++) {
        int64_t at = i / pixels * channels * pixels + i % pixels;
        double length = fmax(pixel_length(numbers_from(x, at), channels, pixels), attributes->epsilon);
        for (int64_t c = 0; c < channels; c++)
            numbers_set(y, at + c * pixels, numbers_get(weight, c) * (numbers_get(x, at + c * pixels) / length));
    }
}

struct pixel_gradient {
    struct numbers x, weight, gradient, result;
    int64_t channels, pixels;
    double epsilon;
};

static void backward_pixel(const struct pixel_gradient *pixel)
{
    double length = pixel_length(pixel->x, pixel->channels, pixel->pixels), along = 0;
    for (int64_t c = 0; c < pixel->channels; c++)
        along += numbers_get(pixel->weight, c) * numbers_get(pixel->gradient, c * pixel->pixels) *
                 numbers_get(pixel->x, c * pixel->pixels);
    double divisor = fmax(length, pixel->epsilon);
    double shrink = length > pixel->epsilon ? along / (length * length * length) : 0;
    for (int64_t c = 0, at = 0; c < pixel->channels; c++, at += pixel->pixels)
        numbers_set(pixel->result, at,
                    numbers_get(pixel->weight, c) * numbers_get(pixel->gradient, at) / divisor -
                        numbers_get(pixel->x, at) * shrink);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct l2_normalize_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    int64_t channels = size[1], pixels = size[2] * size[3];
    struct numbers gradient = input_numbers(instance, run, 0), x = input_numbers(instance, run, 1);
    struct numbers weight = input_numbers(instance, run, 2), result = output_numbers(instance, run, 0);
    double *inverse = run->scratch;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < size[0] * pixels; i++) {
        int64_t at = i / pixels * channels * pixels + i % pixels;
        inverse[i] = 1 / fmax(pixel_length(numbers_from(x, at), channels, pixels), attributes->epsilon);
        backward_pixel(&(struct pixel_gradient){numbers_from(x, at), weight, numbers_from(gradient, at),
                                                numbers_from(result, at), channels, pixels, attributes->epsilon});
    }
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < channels; c++) {
        double sum = 0;
        for (int64_t i = 0; i < size[0] * pixels; i++) {
            int64_t at = (i / pixels * channels + c) * pixels + i % pixels;
            sum += numbers_get(gradient, at) * numbers_get(x, at) * inverse[i];
        }
        numbers_set(output_numbers(instance, run, 1), c, sum);
    }
}

static bool backward_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    instance->scratch_bytes = sizeof(double) * (size_t)(size[0] * size[2] * size[3]);
    return true;
}

const struct kernel l2_normalize_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = normalize_run};
const struct kernel l2_normalize_backward_reference = {.name = "reference",
                                                       .floats = FLOATS_ALL,
                                                       .supports = node_is_plain,
                                                       .create = backward_create,
                                                       .run = backward_run};
