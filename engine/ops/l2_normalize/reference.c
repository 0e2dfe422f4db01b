/* reference.c: l2_normalize and its gradient as plain loops, summed in double. */
#include <math.h>

#include "engine/ops/l2_normalize/l2_normalize.h"
#include "engine/ops/value_view.h"

/* Length of one pixel of an image [c, pixels]. */
static double pixel_length(const float *x, int64_t channels, int64_t pixels)
{
    double sum = 0;
    for (int64_t c = 0; c < channels; c++)
        sum += (double)x[c * pixels] * x[c * pixels];
    return sqrt(sum);
}

static void normalize_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct l2_normalize_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t channels = size[1], pixels = size[2] * size[3];
    const float *x = run->inputs[0], *weight = run->inputs[1];
    float *y = run->outputs[0];
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < size[0] * pixels; i++) {
        int64_t at = i / pixels * channels * pixels + i % pixels;
        double length = fmax(pixel_length(x + at, channels, pixels), attributes->epsilon);
        for (int64_t c = 0; c < channels; c++)
            y[at + c * pixels] = (float)(weight[c] * (x[at + c * pixels] / length));
    }
}

struct pixel_gradient {
    const float *x, *weight, *gradient;
    float *result;
    int64_t channels, pixels;
    double epsilon;
};

static void backward_pixel(const struct pixel_gradient *pixel)
{
    double length = pixel_length(pixel->x, pixel->channels, pixel->pixels), along = 0;
    for (int64_t c = 0; c < pixel->channels; c++)
        along += (double)pixel->weight[c] * pixel->gradient[c * pixel->pixels] * pixel->x[c * pixel->pixels];
    double divisor = fmax(length, pixel->epsilon);
    double shrink = length > pixel->epsilon ? along / (length * length * length) : 0;
    for (int64_t c = 0; c < pixel->channels; c++)
        pixel->result[c * pixel->pixels] =
            (float)((double)pixel->weight[c] * pixel->gradient[c * pixel->pixels] / divisor -
                    pixel->x[c * pixel->pixels] * shrink);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct l2_normalize_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    int64_t channels = size[1], pixels = size[2] * size[3];
    const float *gradient = run->inputs[0], *x = run->inputs[1], *weight = run->inputs[2];
    double *inverse = run->scratch;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < size[0] * pixels; i++) {
        int64_t at = i / pixels * channels * pixels + i % pixels;
        inverse[i] = 1 / fmax(pixel_length(x + at, channels, pixels), attributes->epsilon);
        backward_pixel(&(struct pixel_gradient){x + at, weight, gradient + at, (float *)run->outputs[0] + at, channels,
                                                pixels, attributes->epsilon});
    }
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < channels; c++) {
        double sum = 0;
        for (int64_t i = 0; i < size[0] * pixels; i++) {
            int64_t at = (i / pixels * channels + c) * pixels + i % pixels;
            sum += (double)gradient[at] * x[at] * inverse[i];
        }
        ((float *)run->outputs[1])[c] = (float)sum;
    }
}

static bool backward_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    instance->scratch_bytes = sizeof(double) * (size_t)(size[0] * size[2] * size[3]);
    return true;
}

const struct kernel l2_normalize_reference = {.name = "reference", .supports = node_is_plain, .run = normalize_run};
const struct kernel l2_normalize_backward_reference = {
    .name = "reference", .supports = node_is_plain, .create = backward_create, .run = backward_run};
