/* fill.c: a result that is one number everywhere: the gradient of a loss with respect to itself. */
#include "engine/ops/fill/fill.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/value_view.h"

static bool fill_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct fill_attributes *attributes = node->attributes;
    node_add_output(graph, node, attributes->dtype, attributes->shape);
    return true;
}

struct value *fill(struct graph *graph, enum dtype dtype, struct shape shape, double number)
{
    struct fill_attributes attributes = {.dtype = dtype, .shape = shape, .number = number};
    return node_result(graph_add(graph, &fill_op, NULL, 0, &attributes, sizeof attributes));
}

static bool fill_supports(const struct node *node)
{
    (void)node;
    return true;
}

static void fill_run(const struct kernel_instance *instance, const struct kernel_run *run)
{
    const struct fill_attributes *attributes = instance->node->attributes;
    struct numbers result = output_numbers(instance, run, 0);
    int64_t count = shape_count(&attributes->shape);
    for (int64_t i = 0; i < count; i++)
        numbers_set(result, i, attributes->number);
}

static const struct kernel fill_reference = {
    .name = "reference", .floats = FLOATS_ALL, .supports = fill_supports, .run = fill_run};

static const struct kernel *const fill_kernels[] = {CUDA_KERNEL(fill_cuda) & fill_reference, NULL};

const struct op fill_op = {
    .name = "fill",
    .infer = fill_infer,
    .cost = cost_copy,
    .any_layout = true,
    .kernels = fill_kernels,
};
