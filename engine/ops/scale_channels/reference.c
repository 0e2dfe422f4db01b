/* reference.c: scale_channels and the gradient of its factors as plain loops, summed in double. */
#include "engine/ops/scale_channels/scale_channels.h"
#include "engine/ops/value_view.h"

static void scale_channels_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t pixels = size[2] * size[3];
    struct numbers x = input_numbers(instance, run, 0), factors = input_numbers(instance, run, 1);
    struct numbers y = output_numbers(instance, run, 0);
    for (int64_t i = 0; i < size[0] * size[1] * pixels; i++)
        numbers_set(y, i, numbers_get(x, i) * numbers_get(factors, i / pixels));
}

static void backward_factors_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t pixels = size[2] * size[3];
    struct numbers gradient = input_numbers(instance, run, 0), x = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
    for (int64_t channel = 0; channel < size[0] * size[1]; channel++) {
        double sum = 0;
        for (int64_t i = channel * pixels; i < (channel + 1) * pixels; i++)
            sum += numbers_get(gradient, i) * numbers_get(x, i);
        numbers_set(result, channel, sum);
    }
}

const struct kernel scale_channels_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = scale_channels_run};
const struct kernel scale_channels_backward_factors_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_factors_run};
