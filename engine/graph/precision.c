/*
 * precision.c: decides in which floating type each node computes, and casts where types meet.
 *
 * Models build their graph as if everything were float32. Where the graph's types are others (graph_set_types), this pass
 * goes through the forward nodes and gives every floating result the type in which its operation computes (struct op's
 * `precision`). A value that is wanted in another type is cast once for all who want it. The value that the model holds
 * keeps its type: if it is read from outside, a cast is its last producer. Gradients follow by themselves: autodiff gives
 * each the type of its value, and the gradient of a cast is the cast back.
 */
#include <assert.h>

#include "engine/base/memory.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/ops/op_tables.h"

struct retyping {
    struct graph *graph;
    const struct value *loss;
    /* By index of the values from before the pass: each in every type that somebody wants it in. */
    struct value *(*versions)[DTYPE_COUNT];
    /* The type in which it is computed, or given. */
    enum dtype *native;
};

static bool types_are_plain(const struct number_types *types)
{
    return types->parameters == DTYPE_F32 && types->narrow == DTYPE_F32 && types->wide == DTYPE_F32;
}

static bool input_is_narrow(const struct op *op, int index)
{
    return op->narrow_inputs == 0 || (op->narrow_inputs >> index & 1) != 0;
}

/* True when every input that decides is computed in the narrow type. */
static bool inputs_are_narrow(const struct retyping *retyping, const struct node *node)
{
    for (int i = 0; i < node->input_count; i++) {
        const struct value *input = node->inputs[i];
        if (input != NULL && dtype_is_float(input->dtype) && input_is_narrow(node->op, i) &&
            retyping->native[input->index] != retyping->graph->types.narrow)
            return false;
    }
    return true;
}

static enum dtype node_type(const struct retyping *retyping, const struct node *node)
{
    const struct number_types *types = &retyping->graph->types;
    switch (node->op->precision) {
    case OP_NARROW:
        return types->narrow;
    case OP_FOLLOW:
        return inputs_are_narrow(retyping, node) ? types->narrow : types->wide;
    case OP_FLOAT32:
        return DTYPE_F32;
    case OP_WIDE:
        break;
    }
    return types->wide;
}

static enum dtype input_type(const struct retyping *retyping, const struct node *node, int index, enum dtype type)
{
    if ((node->op->stored_inputs >> index & 1) != 0)
        return retyping->native[node->inputs[index]->index];
    bool decides = node->op->precision == OP_FLOAT32 || input_is_narrow(node->op, index);
    return decides ? type : retyping->graph->types.wide;
}

/* The value in a type: as it is, as somebody wanted it before, or cast in front of node `place` (named after `user`). */
static struct value *value_in_type(struct retyping *retyping, struct value *value, enum dtype type, int place,
                                   const struct node *user)
{
    struct value **versions = retyping->versions[value->index];
    if (versions[type] != NULL)
        return versions[type];
    graph_enter(retyping->graph, "%s", user->name);
    graph_insert_before(retyping->graph, place);
    struct value *result = cast(retyping->graph, versions[retyping->native[value->index]], type);
    graph_insert_at_end(retyping->graph);
    graph_leave(retyping->graph);
    assert(result != NULL && "a cast cannot fail");
    if (value->dtype == type) {
        value->producer = result->producer;
        value->producer->outputs[0] = value;
        result = value;
    }
    versions[type] = result;
    return result;
}

static void retype_output(struct retyping *retyping, struct node *node, int index, enum dtype type)
{
    struct value *output = node->outputs[index];
    retyping->native[output->index] = type;
    if (output->dtype != type) {
        node->outputs[index] = graph_copy_value(retyping->graph, output, type);
        output->producer = NULL;
    }
    retyping->versions[output->index][type] = node->outputs[index];
}

static void retype_node(struct retyping *retyping, struct node *node)
{
    enum dtype type = node_type(retyping, node);
    bool all_outputs = node->op->precision == OP_WIDE || node->op->precision == OP_FLOAT32;
    struct value *outputs[NODE_MAX_OUTPUTS];
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] != NULL && dtype_is_float(node->inputs[i]->dtype))
            node->inputs[i] =
                value_in_type(retyping, node->inputs[i], input_type(retyping, node, i, type), node->index, node);
    for (int i = 0; i < node->output_count; i++) {
        outputs[i] = node->outputs[i];
        if (dtype_is_float(outputs[i]->dtype))
            retype_output(retyping, node, i, i == 0 || all_outputs ? type : retyping->graph->types.wide);
    }
    for (int i = 0; i < node->output_count; i++)
        if (dtype_is_float(outputs[i]->dtype) && (outputs[i]->kept || outputs[i] == retyping->loss))
            value_in_type(retyping, outputs[i], outputs[i]->dtype, node->index + 1, node);
}

void graph_choose_types(struct graph *graph, const struct value *loss)
{
    if (types_are_plain(&graph->types))
        return;
    struct retyping retyping = {
        .graph = graph,
        .loss = loss,
        .versions = memory_allocate((size_t)graph->value_count, sizeof *retyping.versions),
        .native = memory_allocate((size_t)graph->value_count, sizeof *retyping.native),
    };
    for (int i = 0; i < graph->value_count; i++) {
        retyping.native[i] = graph->values[i]->dtype;
        if (graph->values[i]->kind != VALUE_RESULT)
            retyping.versions[i][graph->values[i]->dtype] = graph->values[i];
    }
    for (int i = 0; i < graph->node_count; i++) {
        struct node *node = graph->nodes[i];
        retype_node(&retyping, node);
        for (i = node->index; i + 1 < graph->node_count && graph->nodes[i + 1]->op == &cast_op;)
            i++;
    }
    memory_free(retyping.versions);
    memory_free(retyping.native);
}
