/*
 * onednn.c: convolution and its gradients by oneDNN.
 *
 * Weights are stored plain and reordered into the primitive's format in each run; that costs below one percent, and rounds
 * float32 weights to bfloat16 in passing where x and y are bfloat16. Their gradients are computed in float32. When the library
 * has no fast implementation for the layouts of x and y, it chooses its own and x or y are reordered too. Each way to compute
 * is a kernel, so that timing can choose between them.
 */
#include "engine/backends/cpu/onednn.h"
#include "engine/backends/cpu/half.h"
#include "engine/ops/conv2d/conv2d.h"

/* What is computed from the other two. */
enum direction { FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS };

/* How it is computed. */
enum way {
    WINOGRAD,
    /* On the layouts as they are. */
    DIRECT,
    /* On the library's choice of layouts, with x and y reordered. */
    DIRECT_ANY,
};

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

/*
 * Winograd's F(4 x 4, 3 x 3) needs a quarter of the multiplications of a 3 x 3 convolution, and pays where there are many
 * channels and pixels: on small images only where tiles of 4 x 4 fit well and are many. Its error is about 1e-6 of the
 * result's size. Measured: docs/decisions/0013-kernels-by-timing.md.
 */
static bool winograd_pays(const struct conv2d_geometry *g)
{
    const struct conv2d_attributes *attributes = g->attributes;
    for (int i = 0; i < 2; i++)
        if (attributes->stride[i] != 1 || attributes->dilation[i] != 1)
            return false;
    int64_t tiles = (g->oh + 3) / 4 * ((g->ow + 3) / 4);
    bool fits = tiles * 16 * 2 <= g->oh * g->ow * 3 && g->n * tiles >= 64;
    return g->kh == 3 && g->kw == 3 && attributes->groups == 1 && g->c >= 64 && g->k >= 64 && g->c % 16 == 0 &&
           g->k % 16 == 0 && ((g->oh >= 14 && g->ow >= 14) || fits);
}

/* NULL where there is none, or none that is fast. */
static dnnl_primitive_desc_t find(enum direction direction, enum way way, const struct conv2d_geometry *g,
                                  const struct formats *formats)
{
    struct formats wanted = *formats;
    dnnl_convolution_desc_t descriptor;
    wanted.weight = onednn_any_format(&formats->weight, direction == BACKWARD_WEIGHTS ? DTYPE_F32 : formats->dtype);
    wanted.bias = onednn_plain_format(1, formats->bias.dims, DTYPE_F32);
    if (way == DIRECT_ANY) {
        wanted.x = onednn_any_format(&formats->x, formats->dtype);
        wanted.y = onednn_any_format(&formats->y, formats->dtype);
    }
    dnnl_alg_kind_t algorithm = way == WINOGRAD ? dnnl_convolution_winograd : dnnl_convolution_direct;
    if (describe(&descriptor, direction, algorithm, g->attributes, &wanted) != dnnl_success)
        return NULL;
    return onednn_find(&descriptor, g->attributes->relu && direction == FORWARD);
}

/* Where bfloat16 is fast in one layout only, it is taken in no other: the layout pass reorders once for all who want it. */
static bool layouts_are_fast(const struct value *x, const struct value *y)
{
    return x->dtype == DTYPE_F32 || !half_is_channels_last() ||
           (x->layout == LAYOUT_CHANNELS_LAST && y->layout == LAYOUT_CHANNELS_LAST);
}

/* False where an implementation on the library's choice of layouts would be that on the layouts as they are. */
static bool is_another(const_dnnl_primitive_desc_t found, enum direction direction, const struct formats *formats)
{
    int x = direction == BACKWARD_DATA ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
    int y = direction == FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST;
    return !dnnl.memory_desc_equal(dnnl.primitive_desc_query_md(found, dnnl_query_exec_arg_md, x), &formats->x) ||
           !dnnl.memory_desc_equal(dnnl.primitive_desc_query_md(found, dnnl_query_exec_arg_md, y), &formats->y);
}

static bool is_found(enum direction direction, enum way way, const struct conv2d_geometry *g, struct formats formats)
{
    dnnl_primitive_desc_t found = find(direction, way, g, &formats);
    bool is_of_use = found != NULL && (way != DIRECT_ANY || is_another(found, direction, &formats));
    dnnl.primitive_desc_destroy(found);
    return is_of_use;
}

static struct formats forward_formats(const struct node *node, const struct conv2d_geometry *g)
{
    return formats_of(g, node->inputs[0], node->outputs[0], node->inputs[1]->dtype, node->inputs[2] != NULL);
}

static struct formats backward_data_formats(const struct node *node, const struct conv2d_geometry *g)
{
    return formats_of(g, node->outputs[0], node->inputs[0], node->inputs[1]->dtype, false);
}

static struct formats backward_weights_formats(const struct node *node, const struct conv2d_geometry *g)
{
    return formats_of(g, node->inputs[0], node->inputs[1], node->outputs[0]->dtype, node->output_count > 1);
}

static bool forward_supports(const struct node *node, enum way way)
{
    struct conv2d_geometry g = conv2d_forward_geometry(node);
    return layouts_are_fast(node->inputs[0], node->outputs[0]) && is_found(FORWARD, way, &g, forward_formats(node, &g));
}

static bool backward_data_supports(const struct node *node, enum way way)
{
    struct conv2d_geometry g = conv2d_backward_data_geometry(node);
    return layouts_are_fast(node->outputs[0], node->inputs[0]) &&
           is_found(BACKWARD_DATA, way, &g, backward_data_formats(node, &g));
}

/* Gradients of weights are kept as the weights are: plain. */
static bool backward_weights_supports(const struct node *node, enum way way)
{
    struct conv2d_geometry g = conv2d_backward_weights_geometry(node);
    return node->outputs[0]->layout == LAYOUT_PLAIN && layouts_are_fast(node->inputs[0], node->inputs[1]) &&
           is_found(BACKWARD_WEIGHTS, way, &g, backward_weights_formats(node, &g));
}

static bool forward_pays(const struct node *node)
{
    struct conv2d_geometry g = conv2d_forward_geometry(node);
    return winograd_pays(&g);
}

static bool backward_data_pays(const struct node *node)
{
    struct conv2d_geometry g = conv2d_backward_data_geometry(node);
    return winograd_pays(&g);
}

static bool backward_weights_pays(const struct node *node)
{
    struct conv2d_geometry g = conv2d_backward_weights_geometry(node);
    return winograd_pays(&g);
}

static bool forward_create(struct kernel_instance *instance, enum way way, struct error *error)
{
    const struct node *node = instance->node;
    struct conv2d_geometry g = conv2d_forward_geometry(node);
    struct formats formats = forward_formats(node, &g);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_SRC, onednn_input(0), &formats.x},
        {DNNL_ARG_WEIGHTS, onednn_input(1), &formats.weight},
        {DNNL_ARG_DST, onednn_output(0), &formats.y},
        {DNNL_ARG_BIAS, onednn_input(2), &formats.bias},
    };
    return onednn_kernel_create(instance, find(FORWARD, way, &g, &formats), bindings, formats.has_bias ? 4 : 3, error);
}

static bool backward_data_create(struct kernel_instance *instance, enum way way, struct error *error)
{
    const struct node *node = instance->node;
    struct conv2d_geometry g = conv2d_backward_data_geometry(node);
    struct formats formats = backward_data_formats(node, &g);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_DIFF_DST, onednn_input(0), &formats.y},
        {DNNL_ARG_WEIGHTS, onednn_input(1), &formats.weight},
        {DNNL_ARG_DIFF_SRC, onednn_output(0), &formats.x},
    };
    return onednn_kernel_create(instance, find(BACKWARD_DATA, way, &g, &formats), bindings, 3, error);
}

static bool backward_weights_create(struct kernel_instance *instance, enum way way, struct error *error)
{
    const struct node *node = instance->node;
    struct conv2d_geometry g = conv2d_backward_weights_geometry(node);
    struct formats formats = backward_weights_formats(node, &g);
    const struct onednn_binding bindings[] = {
        {DNNL_ARG_SRC, onednn_input(0), &formats.x},
        {DNNL_ARG_DIFF_DST, onednn_input(1), &formats.y},
        {DNNL_ARG_DIFF_WEIGHTS, onednn_output(0), &formats.weight},
        {DNNL_ARG_DIFF_BIAS, onednn_output(1), &formats.bias},
    };
    return onednn_kernel_create(instance, find(BACKWARD_WEIGHTS, way, &g, &formats), bindings, formats.has_bias ? 4 : 3,
                                error);
}

/* A kernel for each direction and way. */
#define KERNEL(symbol, direction, way, ...)                                                                            \
    static bool symbol##_supports(const struct node *node)                                                             \
    {                                                                                                                  \
        return direction##_supports(node, way);                                                                        \
    }                                                                                                                  \
    static bool symbol##_create(struct kernel_instance *instance, struct error *error)                                 \
    {                                                                                                                  \
        return direction##_create(instance, way, error);                                                               \
    }                                                                                                                  \
    const struct kernel symbol = {.is_available = onednn_is_available,                                                 \
                                  .supports = symbol##_supports,                                                       \
                                  .create = symbol##_create,                                                           \
                                  .run = onednn_kernel_run,                                                            \
                                  .destroy = onednn_kernel_destroy,                                                    \
                                  __VA_ARGS__};

#define DIRECTION(symbol, direction)                                                                                   \
    KERNEL(symbol##_winograd, direction, WINOGRAD, .name = "onednn_winograd", .pays = direction##_pays)                \
    KERNEL(symbol##_onednn, direction, DIRECT, .name = "onednn", .floats = FLOATS_F32_BF16)                            \
    KERNEL(symbol##_onednn_any, direction, DIRECT_ANY, .name = "onednn_any", .floats = FLOATS_F32_BF16)

DIRECTION(conv2d, forward)
DIRECTION(conv2d_backward_data, backward_data)
DIRECTION(conv2d_backward_weights, backward_weights)
