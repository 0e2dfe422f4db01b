/*
 * onednn.c: linear and its gradients by oneDNN, in bfloat16. In float32 they are products of matrices (gemm.c).
 *
 * As for convolutions, weights are rounded while they are reordered, and their gradients are computed in float32.
 */
#include "engine/backends/cpu/onednn.h"
#include "engine/ops/linear/linear.h"

/* The formats of x [n, in], weight [out, in], bias [out] and y [n, out] as they are given. */
struct formats {
    dnnl_memory_desc_t x, weight, bias, y;
    bool has_bias;
};

static struct formats formats_of(const struct value *x, const struct value *y, enum dtype weight_dtype, bool has_bias)
{
    int64_t n = x->shape.size[0], in = x->shape.size[1], out = y->shape.size[1];
    return (struct formats){
        .x = onednn_plain_format(2, (const dnnl_dim_t[]){n, in}, x->dtype),
        .weight = onednn_plain_format(2, (const dnnl_dim_t[]){out, in}, weight_dtype),
        .bias = onednn_plain_format(1, (const dnnl_dim_t[]){out}, weight_dtype),
        .y = onednn_plain_format(2, (const dnnl_dim_t[]){n, out}, y->dtype),
        .has_bias = has_bias,
    };
}

static dnnl_primitive_desc_t find_forward(const struct formats *formats)
{
    dnnl_inner_product_desc_t descriptor;
    dnnl_memory_desc_t weight = onednn_any_format(&formats->weight, DTYPE_BF16);
    dnnl_memory_desc_t bias = onednn_plain_format(1, formats->bias.dims, DTYPE_F32);
    if (dnnl.inner_product_forward_desc_init(&descriptor, dnnl_forward_training, &formats->x, &weight,
                                             formats->has_bias ? &bias : NULL, &formats->y) != dnnl_success)
        return NULL;
    return onednn_find(&descriptor, false);
}

static dnnl_primitive_desc_t find_backward_data(const struct formats *formats)
{
    dnnl_inner_product_desc_t descriptor;
    dnnl_memory_desc_t weight = onednn_any_format(&formats->weight, DTYPE_BF16);
    if (dnnl.inner_product_backward_data_desc_init(&descriptor, &formats->x, &weight, &formats->y) != dnnl_success)
        return NULL;
    return onednn_find(&descriptor, false);
}

static dnnl_primitive_desc_t find_backward_weights(const struct formats *formats)
{
    dnnl_inner_product_desc_t descriptor;
    dnnl_memory_desc_t weight = onednn_any_format(&formats->weight, DTYPE_F32);
    dnnl_memory_desc_t bias = onednn_plain_format(1, formats->bias.dims, DTYPE_F32);
    if (dnnl.inner_product_backward_weights_desc_init(&descriptor, &formats->x, &weight,
                                                      formats->has_bias ? &bias : NULL, &formats->y) != dnnl_success)
        return NULL;
    return onednn_find(&descriptor, false);
}

static struct formats forward_formats(const struct node *node)
{
    return formats_of(node->inputs[0], node->outputs[0], node->inputs[1]->dtype, node->inputs[2] != NULL);
}

static struct formats backward_data_formats(const struct node *node)
{
    return formats_of(node->outputs[0], node->inputs[0], node->inputs[1]->dtype, false);
}

static struct formats backward_weights_formats(const struct node *node)
{
    return formats_of(node->inputs[0], node->inputs[1], node->outputs[0]->dtype, node->output_count > 1);
}

static bool is_found(dnnl_primitive_desc_t found)
{
    dnnl.primitive_desc_destroy(found);
    return found != NULL;
}

static bool forward_supports(const struct node *node)
{
    struct formats formats = forward_formats(node);
    return node->inputs[0]->dtype == DTYPE_BF16 && is_found(find_forward(&formats));
}

static bool backward_data_supports(const struct node *node)
{
    struct formats formats = backward_data_formats(node);
    return node->inputs[0]->dtype == DTYPE_BF16 && is_found(find_backward_data(&formats));
}

static bool backward_weights_supports(const struct node *node)
{
    struct formats formats = backward_weights_formats(node);
    return node->inputs[0]->dtype == DTYPE_BF16 && is_found(find_backward_weights(&formats));
}

static bool forward_create(struct kernel_instance *instance, struct error *error)
{
    struct formats formats = forward_formats(instance->node);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_SRC, onednn_input(0), &formats.x},
        {DNNL_ARG_WEIGHTS, onednn_input(1), &formats.weight},
        {DNNL_ARG_DST, onednn_output(0), &formats.y},
        {DNNL_ARG_BIAS, onednn_input(2), &formats.bias},
    };
    return onednn_kernel_create(instance, find_forward(&formats), bindings, formats.has_bias ? 4 : 3, error);
}

static bool backward_data_create(struct kernel_instance *instance, struct error *error)
{
    struct formats formats = backward_data_formats(instance->node);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_DIFF_DST, onednn_input(0), &formats.y},
        {DNNL_ARG_WEIGHTS, onednn_input(1), &formats.weight},
        {DNNL_ARG_DIFF_SRC, onednn_output(0), &formats.x},
    };
    return onednn_kernel_create(instance, find_backward_data(&formats), bindings, 3, error);
}

static bool backward_weights_create(struct kernel_instance *instance, struct error *error)
{
    struct formats formats = backward_weights_formats(instance->node);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_SRC, onednn_input(0), &formats.x},
        {DNNL_ARG_DIFF_DST, onednn_input(1), &formats.y},
        {DNNL_ARG_DIFF_WEIGHTS, onednn_output(0), &formats.weight},
        {DNNL_ARG_DIFF_BIAS, onednn_output(1), &formats.bias},
    };
    return onednn_kernel_create(instance, find_backward_weights(&formats), bindings, formats.has_bias ? 4 : 3, error);
}

const struct kernel linear_onednn = {
    .name = "onednn",
    .is_available = onednn_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = forward_supports,
    .create = forward_create,
    .run = onednn_kernel_run,
    .destroy = onednn_kernel_destroy,
};

const struct kernel linear_backward_data_onednn = {
    .name = "onednn",
    .is_available = onednn_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = backward_data_supports,
    .create = backward_data_create,
    .run = onednn_kernel_run,
    .destroy = onednn_kernel_destroy,
};

const struct kernel linear_backward_weights_onednn = {
    .name = "onednn",
    .is_available = onednn_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = backward_weights_supports,
    .create = backward_weights_create,
    .run = onednn_kernel_run,
    .destroy = onednn_kernel_destroy,
};
