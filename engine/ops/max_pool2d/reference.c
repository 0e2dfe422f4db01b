/* reference.c: max pooling and its gradient as plain loops. */
#include <math.h>

#include "engine/ops/max_pool2d/max_pool2d.h"
#include "engine/ops/value_view.h"

/* The largest of one window of a channel and, in `taken`, its number. */
static double window_max(const struct pool2d_attributes *pool, struct numbers x, const int64_t size[2],
                         const int64_t origin[2], uint8_t *taken)
{
    double largest = -INFINITY;
    bool found = false;
    for (int i = 0; i < pool->kernel[0]; i++)
        for (int j = 0; j < pool->kernel[1]; j++) {
            int64_t row = origin[0] + i, column = origin[1] + j;
            if (row < 0 || row >= size[0] || column < 0 || column >= size[1])
                continue;
            double candidate = numbers_get(x, row * size[1] + column);
            if (!found || candidate > largest || isnan(candidate)) {
                largest = candidate;
                *taken = (uint8_t)(i * pool->kernel[1] + j);
                found = true;
            }
        }
    return largest;
}

static void max_pool2d_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct pool2d_attributes *pool = instance->node->attributes;
    const int64_t *in = instance->node->inputs[0]->shape.size, *out = instance->node->outputs[0]->shape.size;
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    uint8_t *taken = run->outputs[1];
#pragma omp parallel for schedule(static)
    for (int64_t channel = 0; channel < in[0] * in[1]; channel++)
        for (int64_t i = 0; i < out[2]; i++)
            for (int64_t j = 0; j < out[3]; j++) {
                int64_t origin[] = {i * pool->stride[0] - pool->padding[0], j * pool->stride[1] - pool->padding[1]};
                int64_t at = (channel * out[2] + i) * out[3] + j;
                numbers_set(y, at,
                            window_max(pool, numbers_from(x, channel * in[2] * in[3]), in + 2, origin, &taken[at]));
            }
}

/* Output of the window that has position `in` as its tap `tap`; -1 when there is none among `count`. */
static int64_t tap_output(const struct pool2d_attributes *pool, int axis, int64_t in, int64_t tap, int64_t count)
{
    int64_t scaled = in + pool->padding[axis] - tap;
    if (scaled < 0 || scaled % pool->stride[axis] != 0 || scaled / pool->stride[axis] >= count)
        return -1;
    return scaled / pool->stride[axis];
}

/* The gradients of the windows of one channel that took this pixel. `size`: of the output. */
static double gather_pixel(const struct pool2d_attributes *pool, struct numbers gradient, const uint8_t *taken,
                           const int64_t size[2], const int64_t pixel[2])
{
    double sum = 0;
    for (int i = 0; i < pool->kernel[0]; i++)
        for (int j = 0; j < pool->kernel[1]; j++) {
            int64_t row = tap_output(pool, 0, pixel[0], i, size[0]);
            int64_t column = tap_output(pool, 1, pixel[1], j, size[1]);
            if (row >= 0 && column >= 0 && taken[row * size[1] + column] == i * pool->kernel[1] + j)
                sum += numbers_get(gradient, row * size[1] + column);
        }
    return sum;
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct max_pool2d_backward_attributes *attributes = instance->node->attributes;
    const int64_t *in = attributes->result.size, *out = instance->node->inputs[0]->shape.size;
    struct numbers gradient = input_numbers(instance, run, 0), result = output_numbers(instance, run, 0);
    const uint8_t *taken = run->inputs[1];
#pragma omp parallel for schedule(static)
    for (int64_t channel = 0; channel < in[0] * in[1]; channel++)
        for (int64_t i = 0; i < in[2]; i++)
            for (int64_t j = 0; j < in[3]; j++) {
                int64_t outputs = channel * out[2] * out[3];
                double sum = gather_pixel(&attributes->pool, numbers_from(gradient, outputs), taken + outputs, out + 2,
                                          (const int64_t[]){i, j});
                numbers_set(result, (channel * in[2] + i) * in[3] + j, sum);
            }
}

const struct kernel max_pool2d_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = max_pool2d_run};
const struct kernel max_pool2d_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_run};
