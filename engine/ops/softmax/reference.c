/* reference.c: softmax and its gradient as plain loops, summed in double. */
#include <math.h>

#include "engine/ops/log_sum_exp.h"
#include "engine/ops/softmax/softmax.h"
#include "engine/ops/value_view.h"

static void softmax_row(const float *x, float *y, int64_t count)
{
    double log_sum = log_sum_exp(x, count);
    for (int64_t i = 0; i < count; i++)
        y[i] = (float)exp(x[i] - log_sum);
}

static void backward_row(const float *gradient, const float *y, float *result, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)gradient[i] * y[i];
    for (int64_t i = 0; i < count; i++)
        result[i] = (float)(y[i] * (gradient[i] - sum));
}

static void softmax_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct shape *shape = &instance->node->outputs[0]->shape;
    int64_t count = shape->size[shape->rank - 1];
    const float *x = run->inputs[0];
    float *y = run->outputs[0];
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < shape_count(shape) / count; row++)
        softmax_row(x + row * count, y + row * count, count);
}

static void backward_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct shape *shape = &instance->node->outputs[0]->shape;
    int64_t count = shape->size[shape->rank - 1];
    const float *gradient = run->inputs[0], *y = run->inputs[1];
    float *result = run->outputs[0];
#pragma omp parallel for schedule(static)
    for (int64_t row = 0; row < shape_count(shape) / count; row++)
        backward_row(gradient + row * count, y + row * count, result + row * count, count);
}

const struct kernel softmax_reference = {.name = "reference", .supports = node_is_plain, .run = softmax_run};
const struct kernel softmax_backward_reference = {.name = "reference", .supports = node_is_plain, .run = backward_run};
