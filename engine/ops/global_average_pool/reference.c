/* reference.c: the mean over pixels and its gradient as plain loops, summed in double. */
#include "engine/ops/global_average_pool/global_average_pool.h"
#include "engine/ops/value_view.h"

static void pool_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *size = instance->node->inputs[0]->shape.size;
    int64_t pixels = size[2] * size[3];
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
    for (int64_t channel = 0; channel < size[0] * size[1]; channel++) {
        double sum = 0;
        for (int64_t i = 0; i < pixels; i++)
            sum += numbers_get(x, channel * pixels + i);
        numbers_set(y, channel, sum / (double)pixels);
    }
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *size = instance->node->outputs[0]->shape.size;
    int64_t pixels = size[2] * size[3];
    struct numbers gradient = input_numbers(instance, run, 0), result = output_numbers(instance, run, 0);
    for (int64_t channel = 0; channel < size[0] * size[1]; channel++)
        for (int64_t i = 0; i < pixels; i++)
            numbers_set(result, channel * pixels + i, numbers_get(gradient, channel) / (double)pixels);
}

const struct kernel global_average_pool_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = pool_run};
const struct kernel global_average_pool_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_run};
