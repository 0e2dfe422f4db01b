/* reference.c: scale_channels and the gradient of its factors as plain loops, summed in double. */
#include "engine/ops/scale_channels/scale_channels.h"
#include "engine/ops/value_view.h"

static void scale_channels_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t pixels = size[2] * size[3];
    const float *x = run->inputs[0], *factors = run->inputs[1];
    float *y = run->outputs[0];
    for (int64_t i = 0; i < size[0] * size[1] * pixels; i++)
        y[i] = x[i] * factors[i / pixels];
}

static void backward_factors_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t pixels = size[2] * size[3];
    const float *gradient = run->inputs[0], *x = run->inputs[1];
    float *result = run->outputs[0];
    for (int64_t channel = 0; channel < size[0] * size[1]; channel++) {
        double sum = 0;
        for (int64_t i = channel * pixels; i < (channel + 1) * pixels; i++)
            sum += (double)gradient[i] * x[i];
        result[channel] = (float)sum;
    }
}

const struct kernel scale_channels_reference = {
    .name = "reference", .supports = node_is_plain, .run = scale_channels_run};
const struct kernel scale_channels_backward_factors_reference = {
    .name = "reference", .supports = node_is_plain, .run = backward_factors_run};
