/* ssd_detections.c: what an SSD found: shapes and cost. */
#include "engine/ops/ssd_detections/ssd_detections.h"

#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "engine/ops/shape_rules.h"

static bool ssd_detections_infer(struct graph *graph, struct node *node, struct error *error)
{
    const struct ssd_attributes *attributes = node->attributes;
    if (!require_rank(node, 0, "regression", 3, error))
        return false;
    int64_t n = node->inputs[0]->shape.size[0];
    if (!require_shape(node, 0, "regression", SHAPE(n, attributes->anchors, 4), error) ||
        !require_shape(node, 1, "logits", SHAPE(n, attributes->anchors, attributes->classes), error))
        return false;
    if (attributes->detections_per_image < 1 || attributes->candidates_per_class < 1)
        return error_set(error, ERROR_CONFIG, "wanted at least 1 detection and candidate, found '%d' and '%d'",
                         attributes->detections_per_image, attributes->candidates_per_class);
    node_add_output(graph, node, DTYPE_F32, SHAPE(n, attributes->detections_per_image, 6));
    return true;
}

struct value *ssd_detections(struct graph *graph, struct value *regression, struct value *logits,
                             const struct ssd_attributes *attributes)
{
    struct value *inputs[] = {regression, logits};
    if (regression == NULL || logits == NULL)
        return NULL;
    return node_result(graph_add(graph, &ssd_detections_op, inputs, 2, attributes, sizeof *attributes));
}

static struct op_cost ssd_detections_cost(const struct node *node)
{
    struct op_cost cost = cost_copy(node);
    cost.flops = 5.0 * (double)shape_count(&node->inputs[1]->shape);
    return cost;
}

static const struct kernel *const kernels[] = {CUDA_KERNEL(ssd_detections_cuda) & ssd_detections_reference, NULL};

const struct op ssd_detections_op = {
    .name = "ssd_detections",
    .infer = ssd_detections_infer,
    .cost = ssd_detections_cost,
    .precision = OP_FLOAT32,
    .kernels = kernels,
};
