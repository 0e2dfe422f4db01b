/* linear.c: x times a transposed weight, plus bias, and its gradients: shapes, gradient rule, cost. */
#include "engine/ops/linear/linear.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool linear_infer(struct graph *graph, struct node *node, struct error *error)
{
    if (!require_rank(node, 0, "an input", 2, error) || !require_rank(node, 1, "a weight", 2, error))
        return false;
    const int64_t *x = node->inputs[0]->shape.size, *weight = node->inputs[1]->shape.size;
    if (!require_shape(node, 0, "an input", SHAPE(x[0], weight[1]), error) ||
        !require_shape(node, 2, "a bias", SHAPE(weight[0]), error))
        return false;
    node_add_output(graph, node, node->inputs[0]->dtype, SHAPE(x[0], weight[0]));
    return true;
}

struct value *linear(struct graph *graph, struct value *x, struct value *weight, struct value *bias)
{
    struct value *inputs[] = {x, weight, bias};
    return x == NULL || weight == NULL ? NULL : node_result(graph_add(graph, &linear_op, inputs, 3, NULL, 0));
}

static void linear_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                 struct value *input_gradients[])
{
    struct value *x = node->inputs[0], *weight = node->inputs[1], *bias = node->inputs[2];
    struct linear_backward_attributes attributes = {.bias = bias != NULL && bias->needs_gradient,
                                                    .weight_dtype = weight->dtype};
    if (x->needs_gradient) {
        struct value *inputs[] = {output_gradients[0], weight};
        input_gradients[0] = node_result(graph_add(graph, &linear_backward_data_op, inputs, 2, NULL, 0));
    }
    if (weight->needs_gradient || attributes.bias) {
        struct value *inputs[] = {x, output_gradients[0]};
        struct node *backward =
            graph_add(graph, &linear_backward_weights_op, inputs, 2, &attributes, sizeof attributes);
        input_gradients[1] = node_result(backward);
        if (attributes.bias && backward != NULL)
            input_gradients[2] = backward->outputs[1];
    }
}

static bool backward_data_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct value *gradient = node->inputs[0];
    node_add_output(graph, node, gradient->dtype, SHAPE(gradient->shape.size[0], node->inputs[1]->shape.size[1]));
    return true;
}

static bool backward_weights_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    const struct linear_backward_attributes *attributes = node->attributes;
    int64_t in = node->inputs[0]->shape.size[1], out = node->inputs[1]->shape.size[1];
    node_add_output(graph, node, attributes->weight_dtype, SHAPE(out, in));
    if (attributes->bias)
        node_add_output(graph, node, attributes->weight_dtype, SHAPE(out));
    return true;
}

static struct op_cost linear_cost(const struct node *node)
{
    return cost_of_elements(node, 2.0 * (double)node->inputs[0]->shape.size[1]);
}

static struct op_cost backward_weights_cost(const struct node *node)
{
    return cost_of_elements(node, 2.0 * (double)node->inputs[0]->shape.size[0]);
}

static const struct kernel *const linear_kernels[] = {
#if LRUN_HAVE_ONEDNN
    &linear_onednn,
#endif
#if LRUN_HAVE_GEMM
    &linear_gemm,
#endif
    CUDA_KERNEL(linear_cublaslt) & linear_reference,
    NULL,
};

static const struct kernel *const backward_data_kernels[] = {
#if LRUN_HAVE_ONEDNN
    &linear_backward_data_onednn,
#endif
#if LRUN_HAVE_GEMM
    &linear_backward_data_gemm,
#endif
    CUDA_KERNEL(linear_backward_data_cublaslt) & linear_backward_data_reference,
    NULL,
};

static const struct kernel *const backward_weights_kernels[] = {
#if LRUN_HAVE_ONEDNN
    &linear_backward_weights_onednn,
#endif
#if LRUN_HAVE_GEMM
    &linear_backward_weights_gemm,
#endif
    CUDA_KERNEL(linear_backward_weights_cublaslt) & linear_backward_weights_reference,
    NULL,
};

const struct op linear_op = {
    .name = "linear",
    .infer = linear_infer,
    .differentiate = linear_differentiate,
    .cost = linear_cost,
    .precision = OP_NARROW,
    .narrow_inputs = 1U << 0,
    .stored_inputs = 1U << 1 | 1U << 2,
    .kernels = linear_kernels,
};

const struct op linear_backward_data_op = {
    .name = "linear_backward_data",
    .infer = backward_data_infer,
    .cost = linear_cost,
    .kernels = backward_data_kernels,
};

const struct op linear_backward_weights_op = {
    .name = "linear_backward_weights",
    .infer = backward_weights_infer,
    .cost = backward_weights_cost,
    .kernels = backward_weights_kernels,
};
