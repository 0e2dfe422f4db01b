/* batch_norm.c: batch normalisation over [n, c, h, w] and its gradient: shapes, gradient rule, cost, statistics. */
#define REAL double

#include "engine/ops/batch_norm/batch_norm.h"

#include <math.h>

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/value_view.h"

static bool batch_norm_infer(struct graph *graph, struct node *node, struct error *error)
{
    static const char *const names[] = {"an input", "a weight", "a bias", "a running_mean", "a running_var"};
    const struct batch_norm_attributes *attributes = node->attributes;
    if (!require_rank(node, 0, "an input", 4, error))
        return false;
    const struct shape *shape = &node->inputs[0]->shape;
    for (int i = 1; i < 5; i++)
        if (!require_shape(node, i, names[i], SHAPE(shape->size[1]), error))
            return false;
    if (!require_dtype(node, 5, "num_batches_tracked", DTYPE_I64, error))
        return false;
    if (attributes->training && shape->size[0] * shape->size[2] * shape->size[3] < 2) {
        char found[SHAPE_FORMAT_BYTES];
        return error_set(error, ERROR_CONFIG, "wanted more than one value per channel when training, found %s",
                         shape_format(shape, found));
    }
    node_add_output(graph, node, node->inputs[0]->dtype, *shape);
    node_add_output(graph, node, DTYPE_F32, SHAPE(shape->size[1]));
    node_add_output(graph, node, DTYPE_F32, SHAPE(shape->size[1]));
    return true;
}

struct value *batch_norm(struct graph *graph, struct value *x, struct value *weight, struct value *bias,
                         struct value *running_mean, struct value *running_var, struct value *batches,
                         const struct batch_norm_attributes *attributes)
{
    struct value *inputs[] = {x, weight, bias, running_mean, running_var, batches};
    for (int i = 0; i < 6; i++)
        if (inputs[i] == NULL)
            return NULL;
    return node_result(graph_add(graph, &batch_norm_op, inputs, 6, attributes, sizeof *attributes));
}

static bool apply_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    node_add_output(graph, node, node->inputs[0]->dtype, node->inputs[0]->shape);
    return true;
}

struct value *batch_norm_apply(struct graph *graph, struct value *const inputs[], const struct node *node)
{
    const struct batch_norm_attributes *attributes = node->attributes;
    struct value *all[] = {inputs[0], inputs[1], inputs[2], node->outputs[1], node->outputs[2]};
    return node_result(graph_add(graph, &batch_norm_apply_op, all, 5, attributes, sizeof *attributes));
}

static void batch_norm_differentiate(struct graph *graph, const struct node *node,
                                     struct value *const output_gradients[], struct value *input_gradients[])
{
    const struct batch_norm_attributes *attributes = node->attributes;
    struct value *inputs[] = {node->inputs[0], output_gradients[0], node->inputs[1],
                              node->inputs[2], node->outputs[1],    node->outputs[2]};
    struct node *backward = graph_add(graph, &batch_norm_backward_op, inputs, 6, attributes, sizeof *attributes);
    for (int i = 0; i < 3 && backward != NULL; i++)
        input_gradients[i] = backward->outputs[i];
}

static bool backward_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct shape *shape = &node->inputs[0]->shape;
    node_add_output(graph, node, node->inputs[1]->dtype, *shape);
    node_add_output(graph, node, node->inputs[2]->dtype, SHAPE(shape->size[1]));
    node_add_output(graph, node, node->inputs[2]->dtype, SHAPE(shape->size[1]));
    return true;
}

static struct op_cost batch_norm_cost(const struct node *node)
{
    return cost_of_elements(node, 6);
}

static struct op_cost apply_cost(const struct node *node)
{
    return cost_of_elements(node, 2);
}

static struct op_cost backward_cost(const struct node *node)
{
    return cost_of_elements(node, 9);
}

void batch_norm_finish_channel(const struct kernel_instance *instance, const struct kernel_run *run, int64_t channel,
                               double mean, double variance)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    struct numbers running_mean = input_numbers(instance, run, 3), running_var = input_numbers(instance, run, 4);
    double count = (double)(size[0] * size[2] * size[3]), momentum = attributes->momentum;
    double unbiased = variance * (count / (count - 1));
    numbers_set(output_numbers(instance, run, 1), channel, mean);
    numbers_set(output_numbers(instance, run, 2), channel, 1 / sqrt(variance + attributes->epsilon));
    numbers_set(running_mean, channel, (1 - momentum) * numbers_get(running_mean, channel) + momentum * mean);
    numbers_set(running_var, channel, (1 - momentum) * numbers_get(running_var, channel) + momentum * unbiased);
}

void batch_norm_use_running(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    struct numbers running_mean = input_numbers(instance, run, 3), running_var = input_numbers(instance, run, 4);
    struct numbers mean = output_numbers(instance, run, 1), inverse_deviation = output_numbers(instance, run, 2);
    for (int64_t c = 0; c < instance->node->inputs[0]->shape.size[1]; c++) {
        numbers_set(mean, c, numbers_get(running_mean, c));
        numbers_set(inverse_deviation, c, 1 / sqrt(numbers_get(running_var, c) + attributes->epsilon));
    }
}

struct batch_norm_terms batch_norm_mask_terms(const struct kernel_instance *instance, const struct kernel_run *run,
                                              int64_t channel)
{
    double mean = numbers_get(input_numbers(instance, run, 4), channel);
    double deviation = numbers_get(input_numbers(instance, run, 5), channel);
    double factor = batch_norm_factor(numbers_get(input_numbers(instance, run, 2), channel), deviation);
    double bias = numbers_get(input_numbers(instance, run, 3), channel);
    return (struct batch_norm_terms){
        .mean = mean, .factor = factor, .offset = batch_norm_offset(bias, mean, factor), .a = 0, .b = 0};
}

struct batch_norm_terms batch_norm_channel_terms(const struct kernel_instance *instance, const struct kernel_run *run,
                                                 int64_t channel, double sum, double weighted_sum)
{
    const struct batch_norm_attributes *attributes = instance->node->attributes;
    const int64_t *size = instance->node->inputs[0]->shape.size;
    double count = (double)(size[0] * size[2] * size[3]);
    double deviation = numbers_get(input_numbers(instance, run, 5), channel);
    struct batch_norm_terms terms = batch_norm_mask_terms(instance, run, channel);
    numbers_set(output_numbers(instance, run, 1), channel, weighted_sum * deviation);
    numbers_set(output_numbers(instance, run, 2), channel, sum);
    if (attributes->training) {
        terms.a = sum / count;
        terms.b = weighted_sum * deviation * deviation / count;
    }
    return terms;
}

static const struct kernel *const batch_norm_kernels[] = {&batch_norm_cpu,
                                                          CUDA_KERNEL(batch_norm_cuda) & batch_norm_reference, NULL};
static const struct kernel *const apply_kernels[] = {
    &batch_norm_apply_cpu, CUDA_KERNEL(batch_norm_apply_cuda) & batch_norm_apply_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    &batch_norm_backward_cpu, CUDA_KERNEL(batch_norm_backward_cuda) & batch_norm_backward_reference, NULL};

const struct op batch_norm_op = {
    .name = "batch_norm",
    .infer = batch_norm_infer,
    .differentiate = batch_norm_differentiate,
    .cost = batch_norm_cost,
    .precision = OP_FOLLOW,
    .narrow_inputs = 1U << 0,
    .in_place = 1U << 0,
    .updates = 1U << 3 | 1U << 4 | 1U << 5,
    .any_layout = true,
    .kernels = batch_norm_kernels,
};

const struct op batch_norm_apply_op = {
    .name = "batch_norm_apply",
    .infer = apply_infer,
    .cost = apply_cost,
    .precision = OP_FOLLOW,
    .narrow_inputs = 1U << 0,
    .in_place = 1U << 0,
    .any_layout = true,
    .kernels = apply_kernels,
};

const struct op batch_norm_backward_op = {
    .name = "batch_norm_backward",
    .infer = backward_infer,
    .cost = backward_cost,
    .in_place = 1U << 0 | 1U << 1,
    .any_layout = true,
    .kernels = backward_kernels,
};
