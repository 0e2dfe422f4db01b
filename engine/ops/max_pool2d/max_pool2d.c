/* max_pool2d.c: the largest of each window and its gradient: shapes, gradient rule, cost. */
#include "engine/ops/max_pool2d/max_pool2d.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"

static bool check_attributes(const struct pool2d_attributes *attributes, struct error *error)
{
    for (int i = 0; i < 2; i++) {
        if (attributes->kernel[i] < 1 || attributes->stride[i] < 1)
            return error_set(error, ERROR_CONFIG, "wanted a kernel and stride of at least 1, found '%d' and '%d'",
                             attributes->kernel[i], attributes->stride[i]);
        if (attributes->padding[i] < 0 || attributes->padding[i] > attributes->kernel[i] / 2)
            return error_set(error, ERROR_CONFIG, "wanted a padding of at most half of the kernel '%d', found '%d'",
                             attributes->kernel[i], attributes->padding[i]);
    }
    if ((int64_t)attributes->kernel[0] * attributes->kernel[1] > 256)
        return error_set(error, ERROR_CONFIG, "wanted a kernel of at most 256 pixels, found %d x %d",
                         attributes->kernel[0], attributes->kernel[1]);
    return true;
}

/* As torch: with ceil_mode, the last window must begin inside the image or its first padding. */
static int64_t output_size(int64_t size, const struct pool2d_attributes *attributes, int axis)
{
    int64_t kernel = attributes->kernel[axis], stride = attributes->stride[axis], padding = attributes->padding[axis];
    int64_t room = size + 2 * padding - kernel;
    if (room < 0 && !(attributes->ceil_mode && room > -stride))
        return 0;
    int64_t count = (room + (attributes->ceil_mode ? stride - 1 : 0)) / stride + 1;
    if (attributes->ceil_mode && (count - 1) * stride >= size + padding)
        count--;
    return count;
}

static bool max_pool2d_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct pool2d_attributes *attributes = node->attributes;
    if (!require_rank(node, 0, "an input", 4, error) || !check_attributes(attributes, error))
        return false;
    const int64_t *x = node->inputs[0]->shape.size;
    struct shape y = SHAPE(x[0], x[1], output_size(x[2], attributes, 0), output_size(x[3], attributes, 1));
    if (y.size[2] < 1 || y.size[3] < 1) {
        char found[SHAPE_FORMAT_BYTES];
        return error_set(error, ERROR_CONFIG, "wanted an input at least as large as the %d x %d kernel, found %s",
                         attributes->kernel[0], attributes->kernel[1], shape_format(&node->inputs[0]->shape, found));
    }
    node_add_output(graph, node, node->inputs[0]->dtype, y);
    node_add_output(graph, node, DTYPE_U8, y);
    return true;
}

struct value *max_pool2d(struct graph *graph, struct value *x, const struct pool2d_attributes *attributes)
{
    return x == NULL ? NULL : node_result(graph_add(graph, &max_pool2d_op, &x, 1, attributes, sizeof *attributes));
}

static void max_pool2d_differentiate(struct graph *graph, const struct node *node,
                                     struct value *const output_gradients[], struct value *input_gradients[])
{
    const struct pool2d_attributes *pool = node->attributes;
    struct max_pool2d_backward_attributes attributes = {.pool = *pool, .result = node->inputs[0]->shape};
    struct value *inputs[] = {output_gradients[0], node->outputs[1]};
    input_gradients[0] =
        node_result(graph_add(graph, &max_pool2d_backward_op, inputs, 2, &attributes, sizeof attributes));
}

static bool backward_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct max_pool2d_backward_attributes *attributes = node->attributes;
    node_add_output(graph, node, node->inputs[0]->dtype, attributes->result);
    return true;
}

static struct op_cost max_pool2d_cost(const struct node *node)
{
    const struct pool2d_attributes *attributes = node->attributes;
    return cost_of_elements(node, attributes->kernel[0] * attributes->kernel[1]);
}

static const struct kernel *const max_pool2d_kernels[] = {&max_pool2d_cpu,
                                                          CUDA_KERNEL(max_pool2d_cuda) & max_pool2d_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    &max_pool2d_backward_cpu, CUDA_KERNEL(max_pool2d_backward_cuda) & max_pool2d_backward_reference, NULL};

const struct op max_pool2d_op = {
    .name = "max_pool2d",
    .infer = max_pool2d_infer,
    .differentiate = max_pool2d_differentiate,
    .cost = max_pool2d_cost,
    .precision = OP_FOLLOW,
    .any_layout = true,
    .kernels = max_pool2d_kernels,
};

const struct op max_pool2d_backward_op = {
    .name = "max_pool2d_backward",
    .infer = backward_infer,
    .cost = cost_elementwise,
    .any_layout = true,
    .kernels = backward_kernels,
};
