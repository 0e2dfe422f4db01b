/* reference.c: softmax and its gradient as plain loops, summed in double. */
#include <math.h>

#include "engine/ops/log_sum_exp.h"
#include "engine/ops/softmax/softmax.h"
#include "engine/ops/value_view.h"

static void softmax_row(struct numbers x, struct numbers y, int64_t count)
{
    double log_sum = log_sum_exp(x, count);
    for (int64_t i = 0; i < count; i++)
        numbers_set(y, i, exp(numbers_get(x, i) - log_sum));
}

static void backward_row(struct numbers gradient, struct numbers y, struct numbers result, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += numbers_get(gradient, i) * numbers_get(y, i);
    for (int64_t i = 0; i < count; i++)
        numbers_set(result, i, numbers_get(y, i) * (numbers_get(gradient, i) - sum));
}

static void softmax_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct shape *shape = &instance->node->outputs[0]->shape;
    int64_t count = shape->size[shape->rank - 1];
    struct numbers x = input_numbers(instance, run, 0), y = output_numbers(instance, run, 0);
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < shape_count(shape) / count; row++)
        softmax_row(numbers_from(x, row * count), numbers_from(y, row * count), count);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct shape *shape = &instance->node->outputs[0]->shape;
    int64_t count = shape->size[shape->rank - 1];
    struct numbers gradient = input_numbers(instance, run, 0), y = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < shape_count(shape) / count; row++)
        backward_row(numbers_from(gradient, row * count), numbers_from(y, row * count),
                     numbers_from(result, row * count), count);
}

const struct kernel softmax_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = softmax_run};
const struct kernel softmax_backward_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_run};
