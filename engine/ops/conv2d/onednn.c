/*
 * onednn.c: convolution and its gradients by oneDNN.
 *
 * Weights are stored plain and reordered into the primitive's format in each run; that costs below one percent, and rounds
 * float32 weights to bfloat16 in passing where x and y are bfloat16. Their gradients are computed in float32. When the library
 * has no fast implementation for the layouts of x and y, it chooses its own and x or y are reordered too.
 */
#include "engine/backends/cpu/onednn.h"
#include "engine/backends/cpu/half.h"
#include "engine/ops/conv2d/conv2d.h"

/* What is computed from the other two. */
enum direction { FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS };

/* The formats of one convolution as they are given. */
struct formats {
    dnnl_memory_desc_t x, weight, bias, y;
    bool has_bias;
    /* Of x and y. */
    enum dtype dtype;
};

/* With groups, weights [k, c / groups, kh, kw] are seen as [groups, k / groups, c / groups, kh, kw]: the same memory. */
static struct formats formats_of(const struct conv2d_geometry *g, const struct value *x, const struct value *y,
                                 enum dtype weight_dtype, bool has_bias)
{
    dnnl_dim_t weight[] = {g->attributes->groups, g->group_k, g->group_c, g->kh, g->kw}, bias[] = {g->k};
    bool grouped = g->attributes->groups > 1;
    return (struct formats){
        .x = onednn_format(x),
        .weight = onednn_plain_format(grouped ? 5 : 4, grouped ? weight : weight + 1, weight_dtype),
        .bias = onednn_plain_format(1, bias, weight_dtype),
        .y = onednn_format(y),
        .has_bias = has_bias,
        .dtype = x->dtype,
    };
}

static dnnl_status_t describe(dnnl_convolution_desc_t *descriptor, enum direction direction, dnnl_alg_kind_t algorithm,
                              const struct conv2d_attributes *attributes, const struct formats *formats)
{
    const dnnl_memory_desc_t *bias = formats->has_bias ? &formats->bias : NULL;
    dnnl_dims_t stride = {attributes->stride[0], attributes->stride[1]};
    dnnl_dims_t dilation = {attributes->dilation[0] - 1, attributes->dilation[1] - 1};
    dnnl_dims_t padding = {attributes->padding[0], attributes->padding[1]};
    if (direction == FORWARD)
        return dnnl.dilated_convolution_forward_desc_init(descriptor, dnnl_forward_training, algorithm, &formats->x,
                                                          &formats->weight, bias, &formats->y, stride, dilation,
                                                          padding, padding);
    if (direction == BACKWARD_DATA)
        return dnnl.dilated_convolution_backward_data_desc_init(descriptor, algorithm, &formats->x, &formats->weight,
                                                                &formats->y, stride, dilation, padding, padding);
    return dnnl.dilated_convolution_backward_weights_desc_init(descriptor, algorithm, &formats->x, &formats->weight,
                                                               bias, &formats->y, stride, dilation, padding, padding);
}

static dnnl_primitive_desc_t find(enum direction direction, dnnl_alg_kind_t algorithm,
                                  const struct conv2d_attributes *attributes, const struct formats *formats)
{
    dnnl_convolution_desc_t descriptor;
    if (describe(&descriptor, direction, algorithm, attributes, formats) != dnnl_success)
        return NULL;
    return onednn_find(&descriptor, attributes->relu && direction == FORWARD);
}

/*
 * Winograd's F(4 x 4, 3 x 3) needs a quarter of the multiplications of a 3 x 3 convolution, and pays where there are many
 * channels and pixels. Its error is about 1e-6 of the result's size. A fixed rule, so that a run can be repeated.
 */
static bool winograd_pays(const struct conv2d_geometry *g)
{
    const struct conv2d_attributes *attributes = g->attributes;
    for (int i = 0; i < 2; i++)
        if (attributes->stride[i] != 1 || attributes->dilation[i] != 1)
            return false;
    return g->kh == 3 && g->kw == 3 && attributes->groups == 1 && g->c >= 64 && g->k >= 64 && g->c % 16 == 0 &&
           g->k % 16 == 0 && g->oh >= 14 && g->ow >= 14;
}

/* The best implementation: Winograd, then direct on the layouts as they are, then direct on the library's choice. */
static dnnl_primitive_desc_t find_best(enum direction direction, const struct conv2d_geometry *g,
                                       const struct formats *formats)
{
    struct formats free_weight = *formats;
    free_weight.weight =
        onednn_any_format(&formats->weight, direction == BACKWARD_WEIGHTS ? DTYPE_F32 : formats->dtype);
    free_weight.bias = onednn_plain_format(1, formats->bias.dims, DTYPE_F32);
    dnnl_primitive_desc_t found = NULL;
    if (formats->dtype == DTYPE_F32 && winograd_pays(g))
        found = find(direction, dnnl_convolution_winograd, g->attributes, &free_weight);
    if (found == NULL)
        found = find(direction, dnnl_convolution_direct, g->attributes, &free_weight);
    if (found == NULL) {
        struct formats all_free = free_weight;
        all_free.x = onednn_any_format(&formats->x, formats->dtype);
        all_free.y = onednn_any_format(&formats->y, formats->dtype);
        found = find(direction, dnnl_convolution_direct, g->attributes, &all_free);
    }
    return found;
}

static bool forward_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    struct conv2d_geometry g = conv2d_forward_geometry(node);
    struct formats formats =
        formats_of(&g, node->inputs[0], node->outputs[0], node->inputs[1]->dtype, node->inputs[2] != NULL);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_SRC, onednn_input(0), &formats.x},
        {DNNL_ARG_WEIGHTS, onednn_input(1), &formats.weight},
        {DNNL_ARG_DST, onednn_output(0), &formats.y},
        {DNNL_ARG_BIAS, onednn_input(2), &formats.bias},
    };
    return onednn_kernel_create(instance, find_best(FORWARD, &g, &formats), bindings, formats.has_bias ? 4 : 3, error);
}

static bool backward_data_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    struct conv2d_geometry g = conv2d_backward_data_geometry(node);
    struct formats formats = formats_of(&g, node->outputs[0], node->inputs[0], node->inputs[1]->dtype, false);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_DIFF_DST, onednn_input(0), &formats.y},
        {DNNL_ARG_WEIGHTS, onednn_input(1), &formats.weight},
        {DNNL_ARG_DIFF_SRC, onednn_output(0), &formats.x},
    };
    return onednn_kernel_create(instance, find_best(BACKWARD_DATA, &g, &formats), bindings, 3, error);
}

static bool backward_weights_create(struct kernel_instance *instance, struct error *error)
{
    const struct node *node = instance->node;
    struct conv2d_geometry g = conv2d_backward_weights_geometry(node);
    struct formats formats =
        formats_of(&g, node->inputs[0], node->inputs[1], node->outputs[0]->dtype, node->output_count > 1);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_SRC, onednn_input(0), &formats.x},
        {DNNL_ARG_DIFF_DST, onednn_input(1), &formats.y},
        {DNNL_ARG_DIFF_WEIGHTS, onednn_output(0), &formats.weight},
        {DNNL_ARG_DIFF_BIAS, onednn_output(1), &formats.bias},
    };
    return onednn_kernel_create(instance, find_best(BACKWARD_WEIGHTS, &g, &formats), bindings, formats.has_bias ? 4 : 3,
                                error);
}

/* True when the library's own choice of formats is fast: what is given can then be reordered. */
static bool has_fast(enum direction direction, const struct conv2d_geometry *g, struct formats formats)
{
    dnnl_primitive_desc_t found = find_best(direction, g, &formats);
    dnnl.primitive_desc_destroy(found);
    return found != NULL;
}

/* Where bfloat16 is fast in one layout only, it is taken in no other: the layout pass reorders once for all who want it. */
static bool layouts_are_fast(const struct value *x, const struct value *y)
{
    return x->dtype == DTYPE_F32 || !half_is_channels_last() ||
           (x->layout == LAYOUT_CHANNELS_LAST && y->layout == LAYOUT_CHANNELS_LAST);
}

static bool forward_supports(const struct node *node)
{
    struct conv2d_geometry g = conv2d_forward_geometry(node);
    return layouts_are_fast(node->inputs[0], node->outputs[0]) &&
           has_fast(FORWARD, &g,
                    formats_of(&g, node->inputs[0], node->outputs[0], node->inputs[1]->dtype, node->inputs[2] != NULL));
}

/* Gradients of weights are kept as the weights are: plain. */
static bool backward_data_supports(const struct node *node)
{
    struct conv2d_geometry g = conv2d_backward_data_geometry(node);
    return layouts_are_fast(node->outputs[0], node->inputs[0]) &&
           has_fast(BACKWARD_DATA, &g,
                    formats_of(&g, node->outputs[0], node->inputs[0], node->inputs[1]->dtype, false));
}

static bool backward_weights_supports(const struct node *node)
{
    struct conv2d_geometry g = conv2d_backward_weights_geometry(node);
    return node->outputs[0]->layout == LAYOUT_PLAIN && layouts_are_fast(node->inputs[0], node->inputs[1]) &&
           has_fast(BACKWARD_WEIGHTS, &g,
                    formats_of(&g, node->inputs[0], node->inputs[1], node->outputs[0]->dtype, node->output_count > 1));
}

const struct kernel conv2d_onednn = {
    .name = "onednn",
    .is_available = onednn_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = forward_supports,
    .create = forward_create,
    .run = onednn_kernel_run,
    .destroy = onednn_kernel_destroy,
};

const struct kernel conv2d_backward_data_onednn = {
    .name = "onednn",
    .is_available = onednn_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = backward_data_supports,
    .create = backward_data_create,
    .run = onednn_kernel_run,
    .destroy = onednn_kernel_destroy,
};

const struct kernel conv2d_backward_weights_onednn = {
    .name = "onednn",
    .is_available = onednn_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = backward_weights_supports,
    .create = backward_weights_create,
    .run = onednn_kernel_run,
    .destroy = onednn_kernel_destroy,
};
