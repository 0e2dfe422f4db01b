/* reference.c: linear and its gradients as plain loops, summed in double. */
#include "engine/ops/linear/linear.h"
#include "engine/ops/value_view.h"

/* Sum over i of a[i * a_step] * b[i * b_step]. */
static double dot(const float *a, int64_t a_step, const float *b, int64_t b_step, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)a[i * a_step] * b[i * b_step];
    return sum;
}

static void linear_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *y_size = instance->node->outputs[0]->shape.size;
    int64_t in = instance->node->inputs[0]->shape.size[1], out = y_size[1];
    const float *x = run->inputs[0], *weight = run->inputs[1], *bias = run->inputs[2];
    float *y = run->outputs[0];
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < y_size[0]; n++)
        for (int64_t k = 0; k < out; k++)
            y[n * out + k] = (float)(dot(x + n * in, 1, weight + k * in, 1, in) + (bias != NULL ? bias[k] : 0.0F));
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *x_size = instance->node->outputs[0]->shape.size;
    int64_t in = x_size[1], out = instance->node->inputs[0]->shape.size[1];
    const float *gradient = run->inputs[0], *weight = run->inputs[1];
    float *result = run->outputs[0];
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < x_size[0]; n++)
        for (int64_t i = 0; i < in; i++)
            result[n * in + i] = (float)dot(gradient + n * out, 1, weight + i, in, out);
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *weight_size = instance->node->outputs[0]->shape.size;
    int64_t n = instance->node->inputs[0]->shape.size[0], in = weight_size[1], out = weight_size[0];
    const float *x = run->inputs[0], *gradient = run->inputs[1];
    const float one = 1;
    float *weight = run->outputs[0];
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t k = 0; k < out; k++)
        for (int64_t i = 0; i < in; i++)
            weight[k * in + i] = (float)dot(gradient + k, out, x + i, in, n);
    if (instance->node->output_count > 1)
        for (int64_t k = 0; k < out; k++)
            ((float *)run->outputs[1])[k] = (float)dot(gradient + k, out, &one, 0, n);
}

const struct kernel linear_reference = {.name = "reference", .supports = node_is_plain, .run = linear_run};
const struct kernel linear_backward_data_reference = {
    .name = "reference", .supports = node_is_plain, .run = backward_data_run};
const struct kernel linear_backward_weights_reference = {
    .name = "reference", .supports = node_is_plain, .run = backward_weights_run};
