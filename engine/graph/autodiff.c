/*
 * autodiff.c: reverse-mode differentiation: walks the nodes from the loss back and asks each operation's gradient rule.
 *
 * What rules add becomes part of the same graph, behind the forward nodes, so that one plan sees both.
 */
#include <assert.h>

#include "engine/base/memory.h"
#include "engine/graph/graph.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"

/* A part is laid out as the whole. */
static void mark_gradient(struct value *gradient, const struct value *of)
{
    if (gradient != NULL && gradient->kind == VALUE_RESULT && gradient->gradient_of == NULL)
        gradient->gradient_of = of;
}

/* Adds a contribution to the gradient of a value that has `sum` so far (NULL: nothing). */
static struct value *gradient_add(struct graph *graph, const struct value *of, struct value *sum,
                                  struct value *contribution)
{
    assert(shape_equal(&of->shape, &contribution->shape) && of->dtype == contribution->dtype &&
           "a gradient has the shape and type of its value");
    mark_gradient(contribution, of);
    if (sum != NULL)
        contribution = add(graph, sum, contribution);
    mark_gradient(contribution, of);
    return contribution;
}

/* Asks one node's rule, and spreads what it gives to its inputs. `gradients`: by index of the value. */
static void differentiate_node(struct graph *graph, const struct node *node, struct value **gradients)
{
    struct value *output_gradients[NODE_MAX_OUTPUTS] = {NULL}, *input_gradients[NODE_MAX_INPUTS] = {NULL};
    bool flows = false;
    for (int i = 0; i < node->output_count; i++) {
        output_gradients[i] = gradients[node->outputs[i]->index];
        flows = flows || (output_gradients[i] != NULL && node->outputs[i]->needs_gradient);
    }
    if (!flows)
        return;
    graph_enter(graph, "%s", node->name);
    node->op->differentiate(graph, node, output_gradients, input_gradients);
    for (int i = 0; i < node->input_count; i++) {
        const struct value *input = node->inputs[i];
        if (input_gradients[i] != NULL && input != NULL && input->needs_gradient)
            gradients[input->index] = gradient_add(graph, input, gradients[input->index], input_gradients[i]);
    }
    graph_leave(graph);
}

/* True when a parameter in front of this one already has this value as its gradient. */
static bool gradient_is_taken(const struct graph *graph, const struct value *gradient, int before)
{
    for (int i = 0; i < before; i++)
        if (graph->values[i]->gradient == gradient)
            return true;
    return false;
}

/* Every parameter's gradient is written into a place of its own, so none may be shared or come from outside. */
static void remember_gradients(struct graph *graph, struct value *const *gradients, int count)
{
    for (int i = 0; i < count; i++) {
        struct value *value = graph->values[i], *gradient = gradients[i];
        if (value->kind != VALUE_PARAMETER || gradient == NULL)
            continue;
        if (gradient->kind != VALUE_RESULT || gradient_is_taken(graph, gradient, i))
            gradient = reorder(graph, gradient, LAYOUT_PLAIN);
        if (gradient != NULL)
            gradient->gradient_of = value;
        value->gradient = gradient;
    }
}

/* The gradient of the loss with respect to itself, or to what it is times its scale. */
static struct value *first_gradient(struct graph *graph, const struct value *loss)
{
    if (graph->scales_loss)
        return graph_input(graph, LOSS_SCALE, loss->dtype, loss->shape);
    struct value *one = fill(graph, loss->dtype, loss->shape, 1);
    if (one != NULL)
        one->gradient_of = loss;
    return one;
}

void graph_differentiate(struct graph *graph, struct value *loss)
{
    assert(!graph->differentiated && !graph->compiled);
    if (!error_is_set(&graph->error)) {
        graph_fuse(graph);
        graph_choose_types(graph, loss);
    }
    graph->differentiated = true;
    if (loss == NULL || error_is_set(&graph->error))
        return;
    if (!dtype_is_float(loss->dtype) || shape_count(&loss->shape) != 1 || !loss->needs_gradient) {
        graph_fail(graph, "wanted a loss of one floating number that depends on parameters, found '%s'", loss->name);
        return;
    }
    int value_count = graph->value_count, node_count = graph->node_count;
    struct value **gradients = memory_allocate((size_t)value_count, sizeof(struct value *));
    gradients[loss->index] = first_gradient(graph, loss);
    for (int i = node_count - 1; i >= 0; i--)
        if (!error_is_set(&graph->error))
            differentiate_node(graph, graph->nodes[i], gradients);
    if (!error_is_set(&graph->error))
        remember_gradients(graph, gradients, value_count);
    memory_free(gradients);
}
