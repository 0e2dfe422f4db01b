/* conv2d.c: two-dimensional convolution and its gradients: shapes, gradient rule, cost. */
#include "engine/ops/conv2d/conv2d.h"

#include <inttypes.h>

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"

static struct conv2d_geometry geometry_of(const struct shape *x, const struct shape *weight, const struct shape *y,
                                          const struct conv2d_attributes *attributes)
{
    return (struct conv2d_geometry){
        .n = x->size[0],
        .c = x->size[1],
        .h = x->size[2],
        .w = x->size[3],
        .k = y->size[1],
        .oh = y->size[2],
        .ow = y->size[3],
        .kh = weight->size[2],
        .kw = weight->size[3],
        .group_c = weight->size[1],
        .group_k = y->size[1] / attributes->groups,
        .attributes = attributes,
    };
}

struct conv2d_geometry conv2d_forward_geometry(const struct node *node)
{
    return geometry_of(&node->inputs[0]->shape, &node->inputs[1]->shape, &node->outputs[0]->shape, node->attributes);
}

struct conv2d_geometry conv2d_backward_data_geometry(const struct node *node)
{
    const struct conv2d_backward_attributes *attributes = node->attributes;
    return geometry_of(&attributes->result, &node->inputs[1]->shape, &node->inputs[0]->shape, &attributes->conv);
}

struct conv2d_geometry conv2d_backward_weights_geometry(const struct node *node)
{
    const struct conv2d_backward_attributes *attributes = node->attributes;
    return geometry_of(&node->inputs[0]->shape, &attributes->result, &node->inputs[1]->shape, &attributes->conv);
}

static bool check_attributes(const struct conv2d_attributes *attributes, struct error *error)
{
    for (int i = 0; i < 2; i++) {
        if (attributes->stride[i] < 1 || attributes->dilation[i] < 1)
            return error_set(error, ERROR_CONFIG, "wanted stride and dilation of at least 1, found '%d' and '%d'",
                             attributes->stride[i], attributes->dilation[i]);
        if (attributes->padding[i] < 0)
            return error_set(error, ERROR_CONFIG, "wanted a padding of at least 0, found '%d'", attributes->padding[i]);
    }
    if (attributes->groups < 1)
        return error_set(error, ERROR_CONFIG, "wanted at least 1 group, found '%d'", attributes->groups);
    return true;
}

static bool check_channels(const struct node *node, struct error *error)
{
    const struct conv2d_attributes *attributes = node->attributes;
    int64_t channels = node->inputs[0]->shape.size[1], wanted = node->inputs[1]->shape.size[1] * attributes->groups;
    if (channels != wanted)
        return error_set(error, ERROR_CONFIG, "wanted an input of %" PRId64 " channels, found %" PRId64, wanted,
                         channels);
    if (node->inputs[1]->shape.size[0] % attributes->groups != 0)
        return error_set(error, ERROR_CONFIG, "wanted output channels divisible by %d groups, found %" PRId64,
                         attributes->groups, node->inputs[1]->shape.size[0]);
    return true;
}

/* Pixels of the output along one axis; below 1 when the kernel is larger than the padded input. */
static int64_t output_size(int64_t size, int64_t kernel, const struct conv2d_attributes *attributes, int axis)
{
    int64_t room = size + 2 * (int64_t)attributes->padding[axis] - (kernel - 1) * attributes->dilation[axis] - 1;
    return room < 0 ? 0 : room / attributes->stride[axis] + 1;
}

static bool conv2d_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct conv2d_attributes *attributes = node->attributes;
    if (!require_rank(node, 0, "an input", 4, error) || !require_rank(node, 1, "a weight", 4, error) ||
        !check_attributes(attributes, error) || !check_channels(node, error))
        return false;
    const int64_t *x = node->inputs[0]->shape.size, *weight = node->inputs[1]->shape.size;
    if (!require_shape(node, 2, "a bias", SHAPE(weight[0]), error))
        return false;
    int64_t oh = output_size(x[2], weight[2], attributes, 0), ow = output_size(x[3], weight[3], attributes, 1);
    if (oh < 1 || ow < 1)
        return error_set(error, ERROR_CONFIG,
                         "wanted an input at least as large as the %" PRId64 " x %" PRId64 " kernel, found %" PRId64
                         " x %" PRId64 " pixels",
                         weight[2], weight[3], x[2], x[3]);
    node_add_output(graph, node, node->inputs[0]->dtype, SHAPE(x[0], weight[0], oh, ow));
    return true;
}

struct value *conv2d(struct graph *graph, struct value *x, struct value *weight, struct value *bias,
                     const struct conv2d_attributes *attributes)
{
    struct value *inputs[] = {x, weight, bias};
    if (x == NULL || weight == NULL)
        return NULL;
    return node_result(graph_add(graph, &conv2d_op, inputs, 3, attributes, sizeof *attributes));
}

static void conv2d_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                 struct value *input_gradients[])
{
    const struct conv2d_attributes *conv = node->attributes;
    struct value *x = node->inputs[0], *weight = node->inputs[1], *bias = node->inputs[2];
    struct value *gradient = output_gradients[0];
    if (conv->relu)
        gradient = relu_backward(graph, gradient, node->outputs[0]);
    struct conv2d_backward_attributes attributes = {
        .conv = *conv, .bias = bias != NULL && bias->needs_gradient, .weight_dtype = weight->dtype};
    attributes.conv.relu = false;
    if (x->needs_gradient) {
        attributes.result = x->shape;
        struct value *inputs[] = {gradient, weight};
        input_gradients[0] =
            node_result(graph_add(graph, &conv2d_backward_data_op, inputs, 2, &attributes, sizeof attributes));
    }
    if (weight->needs_gradient || attributes.bias) {
        attributes.result = weight->shape;
        struct value *inputs[] = {x, gradient};
        struct node *backward =
            graph_add(graph, &conv2d_backward_weights_op, inputs, 2, &attributes, sizeof attributes);
        input_gradients[1] = node_result(backward);
        if (attributes.bias && backward != NULL)
            input_gradients[2] = backward->outputs[1];
    }
}

static bool backward_data_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct conv2d_backward_attributes *attributes = node->attributes;
    node_add_output(graph, node, node->inputs[0]->dtype, attributes->result);
    return true;
}

static bool backward_weights_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct conv2d_backward_attributes *attributes = node->attributes;
    node_add_output(graph, node, attributes->weight_dtype, attributes->result);
    if (attributes->bias)
        node_add_output(graph, node, attributes->weight_dtype, SHAPE(attributes->result.size[0]));
    return true;
}

static struct op_cost cost_of(const struct node *node, struct conv2d_geometry geometry)
{
    struct op_cost cost = cost_of_elements(node, 0);
    cost.flops = 2.0 * (double)(geometry.n * geometry.k * geometry.oh * geometry.ow) *
                 (double)(geometry.group_c * geometry.kh * geometry.kw);
    return cost;
}

static struct op_cost conv2d_cost(const struct node *node)
{
    return cost_of(node, conv2d_forward_geometry(node));
}

static struct op_cost backward_data_cost(const struct node *node)
{
    return cost_of(node, conv2d_backward_data_geometry(node));
}

static struct op_cost backward_weights_cost(const struct node *node)
{
    return cost_of(node, conv2d_backward_weights_geometry(node));
}

static void format_conv(const struct conv2d_attributes *attributes, const struct shape *weight, struct text *text)
{
    text_format(text, "kernel %" PRId64 " %" PRId64 " stride %d %d padding %d %d dilation %d %d groups %d%s",
                weight->size[2], weight->size[3], attributes->stride[0], attributes->stride[1], attributes->padding[0],
                attributes->padding[1], attributes->dilation[0], attributes->dilation[1], attributes->groups,
                attributes->relu ? " relu" : "");
}

static void conv2d_format_attributes(const struct node *node, struct text *text)
{
    format_conv(node->attributes, &node->inputs[1]->shape, text);
}

static void backward_format_attributes(const struct node *node, struct text *text)
{
    const struct conv2d_backward_attributes *attributes = node->attributes;
    bool of_weight = node->op == &conv2d_backward_weights_op;
    format_conv(&attributes->conv, of_weight ? &attributes->result : &node->inputs[1]->shape, text);
}

static const struct kernel *const conv2d_kernels[] = {
#if LRUN_HAVE_ONEDNN
    &conv2d_winograd,
    &conv2d_onednn,
    &conv2d_onednn_any,
#endif
#if LRUN_HAVE_GEMM
    &conv2d_gemm,
#endif
    CUDA_KERNEL(conv2d_cudnn) & conv2d_reference,
    NULL,
};

static const struct kernel *const backward_data_kernels[] = {
#if LRUN_HAVE_ONEDNN
    &conv2d_backward_data_winograd,
    &conv2d_backward_data_onednn,
    &conv2d_backward_data_onednn_any,
#endif
#if LRUN_HAVE_GEMM
    &conv2d_backward_data_gemm,
#endif
    CUDA_KERNEL(conv2d_backward_data_cudnn) & conv2d_backward_data_reference,
    NULL,
};

static const struct kernel *const backward_weights_kernels[] = {
#if LRUN_HAVE_AMX
    &conv2d_backward_weights_amx,
#endif
#if LRUN_HAVE_ONEDNN
    &conv2d_backward_weights_winograd,
    &conv2d_backward_weights_onednn,
    &conv2d_backward_weights_onednn_any,
#endif
#if LRUN_HAVE_GEMM
    &conv2d_backward_weights_gemm,
#endif
    CUDA_KERNEL(conv2d_backward_weights_cudnn) & conv2d_backward_weights_reference,
    NULL,
};

const struct op conv2d_op = {
    .name = "conv2d",
    .infer = conv2d_infer,
    .differentiate = conv2d_differentiate,
    .cost = conv2d_cost,
    .precision = OP_NARROW,
    .narrow_inputs = 1U << 0,
    .stored_inputs = 1U << 1 | 1U << 2,
    .format_attributes = conv2d_format_attributes,
    .kernels = conv2d_kernels,
};

const struct op conv2d_backward_data_op = {
    .name = "conv2d_backward_data",
    .infer = backward_data_infer,
    .cost = backward_data_cost,
    .format_attributes = backward_format_attributes,
    .kernels = backward_data_kernels,
};

const struct op conv2d_backward_weights_op = {
    .name = "conv2d_backward_weights",
    .infer = backward_weights_infer,
    .cost = backward_weights_cost,
    .format_attributes = backward_format_attributes,
    .kernels = backward_weights_kernels,
};
