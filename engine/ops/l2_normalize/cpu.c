/*
 * cpu.c: l2_normalize and its gradient where the channels of a pixel are neighbours, in one block or several; by all threads.
 *
 * The weight's gradient is summed image by image, then over the images in their order, so that the result does not depend on
 * the number of threads.
 */
#include <math.h>
#include <string.h>

#include "engine/backends/cpu/vector.h"
#include "engine/ops/l2_normalize/l2_normalize.h"
#include "engine/ops/value_view.h"

/* What all pixels share. */
struct pixels {
    struct value_view view;
    const float *weight;
    float epsilon;
};

static struct pixels pixels_of(const struct kernel_instance *instance, const struct value *x, const float *weight)
{
    const struct l2_normalize_attributes *attributes = instance->node->attributes;
    return (struct pixels){value_view(x), weight, (float)attributes->epsilon};
}

static int64_t pixels_count(const struct pixels *pixels)
{
    return pixels->view.groups / pixels->view.image_groups * pixels->view.pixels;
}

/* Where the first channel of a pixel lies. */
static int64_t pixel_offset(const struct pixels *pixels, int64_t pixel)
{
    const struct value_view *view = &pixels->view;
    return (pixel / view->pixels * view->image_groups * view->pixels + pixel % view->pixels) * view->lanes;
}

/* Runs BODY for up to sixteen channels at a time: `at` numbers from the pixel's first, `c` the first channel, `width` of them. */
#define FOR_CHANNELS(view, body)                                                                                       \
    for (int64_t group = 0; group < (view)->image_groups; group++)                                                     \
        for (int64_t lane = 0; lane < (view)->lanes; lane += VECTOR_LANES) {                                           \
            int64_t at = group * (view)->pixels * (view)->lanes + lane, c = group * (view)->lanes + lane;              \
            int width = (view)->lanes - lane < VECTOR_LANES ? (int)((view)->lanes - lane) : VECTOR_LANES;              \
            (void)c;                                                                                                   \
            body                                                                                                       \
        }

static float sum_lanes(const vector *lanes)
{
    float sum = 0;
    for (int i = 0; i < VECTOR_LANES; i++)
        sum += (*lanes)[i];
    return sum;
}

CPU_CLONES static void normalize_pixel(const struct pixels *pixels, const float *x, float *y)
{
    vector squares = {0}, value, weight;
    FOR_CHANNELS(&pixels->view, {
        VECTOR_LOAD(value, x + at, width);
        squares += value * value;
    })
    float length = fmaxf(sqrtf(sum_lanes(&squares)), pixels->epsilon);
    FOR_CHANNELS(&pixels->view, {
        VECTOR_LOAD(value, x + at, width);
        VECTOR_LOAD(weight, pixels->weight + c, width);
        value = weight * (value / length);
        VECTOR_STORE(y + at, value, width);
    })
}

static void normalize_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    struct pixels pixels = pixels_of(instance, instance->node->inputs[0], run->inputs[1]);
    const float *x = run->inputs[0];
    float *y = run->outputs[0];
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < pixels_count(&pixels); i++)
        normalize_pixel(&pixels, x + pixel_offset(&pixels, i), y + pixel_offset(&pixels, i));
}

/* The gradient of one pixel of x; adds what it gives the weight to `sums`, by channel. */
CPU_CLONES static void backward_pixel(const struct pixels *pixels, const float *gradient, const float *x, float *result,
                                      float *sums)
{
    vector squares = {0}, products = {0}, value, weight, slope, sum;
    FOR_CHANNELS(&pixels->view, {
        VECTOR_LOAD(value, x + at, width);
        VECTOR_LOAD(slope, gradient + at, width);
        VECTOR_LOAD(weight, pixels->weight + c, width);
        squares += value * value;
        products += weight * slope * value;
    })
    float length = sqrtf(sum_lanes(&squares)), inverse = 1 / fmaxf(length, pixels->epsilon);
    float shrink = length > pixels->epsilon ? sum_lanes(&products) * inverse * inverse * inverse : 0;
    FOR_CHANNELS(&pixels->view, {
        VECTOR_LOAD(value, x + at, width);
        VECTOR_LOAD(slope, gradient + at, width);
        VECTOR_LOAD(weight, pixels->weight + c, width);
        VECTOR_LOAD(sum, sums + c, width);
        sum += slope * value * inverse;
        VECTOR_STORE(sums + c, sum, width);
        value = weight * slope * inverse - value * shrink;
        VECTOR_STORE(result + at, value, width);
    })
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct value *x_value = instance->node->inputs[1];
    struct pixels pixels = pixels_of(instance, x_value, run->inputs[2]);
    const float *gradient = run->inputs[0], *x = run->inputs[1];
    float *result = run->outputs[0], *weight = run->outputs[1], *sums = run->scratch;
    int64_t images = x_value->shape.size[0], channels = x_value->shape.size[1];
#pragma omp parallel for schedule(static)
    for (int64_t n = 0; n < images; n++) {
        memset(sums + n * channels, 0, sizeof *sums * (size_t)channels);
        for (int64_t i = 0; i < pixels.view.pixels; i++) {
            int64_t at = pixel_offset(&pixels, n * pixels.view.pixels + i);
            backward_pixel(&pixels, gradient + at, x + at, result + at, sums + n * channels);
        }
    }
    for (int64_t c = 0; c < channels; c++) {
        double sum = 0;
        for (int64_t n = 0; n < images; n++)
            sum += (double)sums[n * channels + c];
        weight[c] = (float)sum;
    }
}

static bool backward_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    const int64_t *size = instance->node->inputs[1]->shape.size;
    instance->scratch_bytes = sizeof(float) * (size_t)(size[0] * size[1]);
    return true;
}

/* Plain pixels have their channels far apart. */
static bool supports(const struct node *node)
{
    return node_has_one_layout(node) && !node_is_plain(node);
}

const struct kernel l2_normalize_cpu = {.name = "cpu", .supports = supports, .run = normalize_run};
const struct kernel l2_normalize_backward_cpu = {
    .name = "cpu", .supports = supports, .create = backward_create, .run = backward_run};
