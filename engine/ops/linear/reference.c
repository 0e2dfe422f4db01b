/* reference.c: linear and its gradients as plain loops, summed in double. */
#include "engine/ops/linear/linear.h"
#include "engine/ops/value_view.h"

/* Sum over i of a[i * a_step] * b[i * b_step]; b is rounded to the type of a. */
static double dot(struct numbers a, int64_t a_step, struct numbers b, int64_t b_step, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += numbers_get(a, i * a_step) * numbers_get_as(b, i * b_step, a.dtype);
    return sum;
}

static void linear_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *y_size = instance->node->outputs[0]->shape.size;
    int64_t in = instance->node->inputs[0]->shape.size[1], out = y_size[1];
    struct numbers x = input_numbers(instance, run, 0), weight = input_numbers(instance, run, 1);
    struct numbers bias = input_numbers(instance, run, 2), y = output_numbers(instance, run, 0);
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < y_size[0]; n++)
        for (int64_t k = 0; k < out; k++) {
            double sum = dot(numbers_from(x, n * in), 1, numbers_from(weight, k * in), 1, in);
            numbers_set(y, n * out + k, sum + (bias.data != NULL ? numbers_get(bias, k) : 0));
        }
}

static void backward_data_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *x_size = instance->node->outputs[0]->shape.size;
    int64_t in = x_size[1], out = instance->node->inputs[0]->shape.size[1];
    struct numbers gradient = input_numbers(instance, run, 0), weight = input_numbers(instance, run, 1);
    struct numbers result = output_numbers(instance, run, 0);
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t n = 0; n < x_size[0]; n++)
        for (int64_t i = 0; i < in; i++)
            numbers_set(result, n * in + i, dot(numbers_from(gradient, n * out), 1, numbers_from(weight, i), in, out));
}

static void backward_weights_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const int64_t *weight_size = instance->node->outputs[0]->shape.size;
    int64_t n = instance->node->inputs[0]->shape.size[0], in = weight_size[1], out = weight_size[0];
    struct numbers x = input_numbers(instance, run, 0), gradient = input_numbers(instance, run, 1);
    struct numbers weight = output_numbers(instance, run, 0), bias = output_numbers(instance, run, 1);
    float one = 1;
#pragma omp parallel for collapse(2) schedule(static)
    for (int64_t k = 0; k < out; k++)
        for (int64_t i = 0; i < in; i++)
            numbers_set(weight, k * in + i, dot(numbers_from(gradient, k), out, numbers_from(x, i), in, n));
    for (int64_t k = 0; k < out && bias.data != NULL; k++)
        numbers_set(bias, k, dot(numbers_from(gradient, k), out, (struct numbers){&one, DTYPE_F32}, 0, n));
}

const struct kernel linear_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = linear_run};
const struct kernel linear_backward_data_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_data_run};
const struct kernel linear_backward_weights_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = node_is_plain, .run = backward_weights_run};
