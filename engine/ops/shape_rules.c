/* shape_rules.c: the checks that shape rules share. */
#include "engine/ops/shape_rules.h"

bool require_rank(const struct node *node, int index, const char *what, int rank, struct error *error)
{
    const struct value *value = node->inputs[index];
    if (value == NULL || value->shape.rank == rank)
        return true;
    char found[SHAPE_FORMAT_BYTES];
    return error_set(error, ERROR_CONFIG, "wanted %s of %d dimensions, found %s", what, rank,
                     shape_format(&value->shape, found));
}

bool require_shape(const struct node *node, int index, const char *what, struct shape shape, struct error *error)
{
    const struct value *value = node->inputs[index];
    if (value == NULL || shape_equal(&value->shape, &shape))
        return true;
    char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
    return error_set(error, ERROR_CONFIG, "wanted %s of shape %s, found %s", what, shape_format(&shape, wanted),
                     shape_format(&value->shape, found));
}

bool require_dtype(const struct node *node, int index, const char *what, enum dtype dtype, struct error *error)
{
    const struct value *value = node->inputs[index];
    if (value == NULL || value->dtype == dtype)
        return true;
    return error_set(error, ERROR_CONFIG, "wanted %s of type %s, found %s", what, dtype_name(dtype),
                     dtype_name(value->dtype));
}

bool require_float(const struct node *node, int index, const char *what, struct error *error)
{
    const struct value *value = node->inputs[index];
    return value == NULL || dtype_is_float(value->dtype) || require_dtype(node, index, what, DTYPE_F32, error);
}

bool infer_elementwise(struct graph *graph, struct node *node, struct error *error)
{
    const struct value *first = node->inputs[0];
    for (int i = 0; i < node->input_count; i++)
        if (!require_float(node, i, "an input", error) || !require_shape(node, i, "an input", first->shape, error))
            return false;
    node_add_output(graph, node, first->dtype, first->shape);
    return true;
}

struct value *node_result(const struct node *node)
{
    return node != NULL ? node->outputs[0] : NULL;
}

static double value_bytes(const struct value *value)
{
    return value != NULL ? (double)shape_count(&value->shape) * (double)dtype_size(value->dtype) : 0;
}

struct op_cost cost_of_elements(const struct node *node, double flops_per_output)
{
    struct op_cost cost = {.flops = flops_per_output * (double)shape_count(&node->outputs[0]->shape)};
    for (int i = 0; i < node->input_count; i++)
        cost.bytes += value_bytes(node->inputs[i]);
    for (int i = 0; i < node->output_count; i++)
        cost.bytes += value_bytes(node->outputs[i]);
    return cost;
}

struct op_cost cost_elementwise(const struct node *node)
{
    return cost_of_elements(node, 1);
}

struct op_cost cost_copy(const struct node *node)
{
    return cost_of_elements(node, 0);
}
