/* reference.c: max pooling and its gradient as plain loops. */
#include <math.h>
#include <string.h>

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

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct max_pool2d_backward_attributes *attributes = instance->node->attributes;
    const struct pool2d_attributes *pool = &attributes->pool;
    const int64_t *in = attributes->result.size, *out = instance->node->inputs[0]->shape.size;
    struct numbers gradient = input_numbers(instance, run, 0), result = output_numbers(instance, run, 0);
    const uint8_t *taken = run->inputs[1];
#pragma omp parallel for schedule(static)
    for (int64_t channel = 0; channel < in[0] * in[1]; channel++) {
        struct numbers image = numbers_from(result, channel * in[2] * in[3]);
        memset(image.data, 0, dtype_size(image.dtype) * (size_t)(in[2] * in[3]));
        for (int64_t i = 0; i < out[2]; i++)
            for (int64_t j = 0; j < out[3]; j++) {
                int64_t at = (channel * out[2] + i) * out[3] + j;
                int64_t row = i * pool->stride[0] - pool->padding[0] + taken[at] / pool->kernel[1];
                int64_t column = j * pool->stride[1] - pool->padding[1] + taken[at] % pool->kernel[1];
                int64_t to = row * in[3] + column;
                numbers_set(image, to, numbers_get(image, to) + numbers_get(gradient, at));
            }
    }
}

const struct kernel max_pool2d_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = max_pool2d_run};
const struct kernel max_pool2d_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_run};
