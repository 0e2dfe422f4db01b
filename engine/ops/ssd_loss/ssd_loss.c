/* ssd_loss.c: SSD's loss and its gradient: shapes, gradient rule, cost. */
#include "engine/ops/ssd_loss/ssd_loss.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/shape_rules.h"

static bool check_heads(const struct node *node, int64_t n, const struct ssd_attributes *attributes,
                        struct error *error)
{
    return require_shape(node, 0, "regression", SHAPE(n, attributes->anchors, 4), error) &&
           require_shape(node, 1, "logits", SHAPE(n, attributes->anchors, attributes->classes), error);
}

static bool ssd_loss_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct ssd_attributes *attributes = node->attributes;
    if (!require_rank(node, 2, "boxes", 3, error))
        return false;
    const int64_t *boxes = node->inputs[2]->shape.size;
    if (!check_heads(node, boxes[0], attributes, error) ||
        !require_shape(node, 2, "boxes", SHAPE(boxes[0], boxes[1], 4), error) ||
        !require_shape(node, 3, "labels", SHAPE(boxes[0], boxes[1]), error) ||
        !require_shape(node, 4, "counts", SHAPE(boxes[0]), error) ||
        !require_dtype(node, 3, "labels", DTYPE_I32, error) || !require_dtype(node, 4, "counts", DTYPE_I32, error))
        return false;
    node_add_output(graph, node, node->inputs[0]->dtype, (struct shape){.rank = 0});
    node_add_output(graph, node, node->inputs[0]->dtype, (struct shape){.rank = 0});
    node_add_output(graph, node, DTYPE_I32, SHAPE(boxes[0], attributes->anchors));
    return true;
}

struct ssd_losses ssd_loss(struct graph *graph, struct value *regression, struct value *logits, struct value *boxes,
                           struct value *labels, struct value *counts, const struct ssd_attributes *attributes)
{
    struct value *inputs[] = {regression, logits, boxes, labels, counts};
    struct ssd_losses losses = {NULL, NULL};
    for (int i = 0; i < 5; i++)
        if (inputs[i] == NULL)
            return losses;
    const struct node *node = graph_add(graph, &ssd_loss_op, inputs, 5, attributes, sizeof *attributes);
    if (node != NULL) {
        losses.box_regression = node->outputs[0];
        losses.classification = node->outputs[1];
    }
    return losses;
}

static void ssd_loss_differentiate(struct graph *graph, const struct node *node, struct value *const output_gradients[],
                                   struct value *input_gradients[])
{
    struct value *inputs[] = {output_gradients[0], output_gradients[1], node->inputs[0], node->inputs[1],
                              node->inputs[2],     node->inputs[3],     node->outputs[2]};
    const struct ssd_attributes *attributes = node->attributes;
    struct node *backward = graph_add(graph, &ssd_loss_backward_op, inputs, 7, attributes, sizeof *attributes);
    for (int i = 0; i < 2 && backward != NULL; i++)
        input_gradients[i] = backward->outputs[i];
}

static bool backward_infer(struct graph *graph, struct node *node, struct error *error)
{
    (void)error;
    node_add_output(graph, node, node->inputs[2]->dtype, node->inputs[2]->shape);
    node_add_output(graph, node, node->inputs[3]->dtype, node->inputs[3]->shape);
    return true;
}

/* Matching takes about 12 operations for each pair of anchor and box, the loss 5 for each logit. */
static struct op_cost ssd_loss_cost(const struct node *node)
{
    struct op_cost cost = cost_copy(node);
    const int64_t *logits = node->inputs[1]->shape.size;
    cost.flops =
        (double)(logits[0] * logits[1]) * (5.0 * (double)logits[2] + 12.0 * (double)node->inputs[2]->shape.size[1]);
    return cost;
}

static const struct kernel *const ssd_loss_kernels[] = {CUDA_KERNEL(ssd_loss_cuda) & ssd_loss_reference, NULL};
static const struct kernel *const backward_kernels[] = {
    CUDA_KERNEL(ssd_loss_backward_cuda) & ssd_loss_backward_reference, NULL};

const struct op ssd_loss_op = {
    .name = "ssd_loss",
    .infer = ssd_loss_infer,
    .differentiate = ssd_loss_differentiate,
    .cost = ssd_loss_cost,
    .stored_inputs = 1U << 2,
    .kernels = ssd_loss_kernels,
};

const struct op ssd_loss_backward_op = {
    .name = "ssd_loss_backward",
    .infer = backward_infer,
    .cost = cost_copy,
    .kernels = backward_kernels,
};
