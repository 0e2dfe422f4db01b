/*
 * layouts.c: chooses how the elements of every rank-4 result lie in memory.
 *
 * Convolutions are fastest on channels in blocks as wide as a vector register, or channels last where the channels do not
 * fill blocks; a change of layout costs a pass over memory. So a layout is chosen where a fast kernel takes it, and kept:
 * elementwise operations take what comes, a gradient has the layout of its value, inputs and parameters are plain. What
 * no fast kernel takes is computed plain. Where layouts meet, a `reorder` node is inserted, one per value and layout. A GPU has
 * no blocks: its kernels take channels last.
 */
#include <assert.h>
#include <string.h>

#include "engine/backends/cpu/half.h"
#include "engine/base/memory.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/ops/op_tables.h"

#define LAYOUT_COUNT 4

struct layouts {
    struct graph *graph;
    enum backend backend;
    /* The layout of channels that fill blocks; channels last where there are no blocks. */
    enum layout blocked;
    int block;
    /* bfloat16 has another. */
    bool half_is_channels_last;
    /* By index of the value, for those from before the pass: itself in each layout; NULL: not made. */
    struct value *(*copies)[LAYOUT_COUNT];
    int copies_count;
};

/* One way to lay out the values of a node. */
enum layout_rule {
    RULE_AS_IS,     /* inputs: as they are */
    RULE_PREFERRED, /* blocked or channels last */
    RULE_FOLLOW,    /* outputs: as the first input */
    RULE_CHANNELS_LAST,
    RULE_PLAIN,
};

struct proposal {
    enum layout_rule inputs;
    enum layout_rule outputs;
    /* Any kernel will do; else only one that is faster than the reference. */
    bool any_kernel;
};

/* From best to worst. The reference takes the last. */
static const struct proposal proposals[] = {
    {RULE_AS_IS, RULE_PREFERRED, false},     {RULE_AS_IS, RULE_FOLLOW, false},
    {RULE_AS_IS, RULE_PLAIN, false},         {RULE_AS_IS, RULE_CHANNELS_LAST, false},
    {RULE_PREFERRED, RULE_PREFERRED, false}, {RULE_CHANNELS_LAST, RULE_PLAIN, false},
    {RULE_PLAIN, RULE_PLAIN, false},         {RULE_AS_IS, RULE_FOLLOW, true},
    {RULE_AS_IS, RULE_PLAIN, true},          {RULE_PLAIN, RULE_PLAIN, true},
};

static bool value_is_laid_out(const struct value *value)
{
    return value != NULL && value->shape.rank == 4;
}

/* Inputs and results; parameters and buffers stay as they are stored. */
static bool input_is_movable(const struct value *value)
{
    return value_is_laid_out(value) && (value->kind == VALUE_RESULT || value->kind == VALUE_INPUT);
}

static enum layout preferred_layout(const struct layouts *layouts, const struct value *value)
{
    if (value->dtype == DTYPE_BF16 && layouts->half_is_channels_last)
        return LAYOUT_CHANNELS_LAST;
    return value->shape.size[1] % layouts->block == 0 ? layouts->blocked : LAYOUT_CHANNELS_LAST;
}

static enum layout input_layout(const struct layouts *layouts, const struct value *value, enum layout_rule rule)
{
    if (!input_is_movable(value) || rule == RULE_AS_IS)
        return value->layout;
    if (rule == RULE_CHANNELS_LAST)
        return LAYOUT_CHANNELS_LAST;
    return rule == RULE_PLAIN ? LAYOUT_PLAIN : preferred_layout(layouts, value);
}

static enum layout followed_layout(const struct layouts *layouts, const struct node *node, const struct value *output)
{
    for (int i = 0; i < node->input_count; i++) {
        const struct value *input = node->inputs[i];
        if (input == NULL || !input_is_movable(input))
            continue;
        enum layout layout = input->layout;
        bool blocked = layout != LAYOUT_PLAIN && layout != LAYOUT_CHANNELS_LAST;
        return blocked ? preferred_layout(layouts, output) : layout;
    }
    return LAYOUT_PLAIN;
}

/* The layout that the node writes by a rule. A gradient's is that of its value, unless it is to be reordered after. */
static enum layout written_layout(const struct layouts *layouts, const struct node *node, const struct value *output,
                                  enum layout_rule rule)
{
    if (!value_is_laid_out(output) || rule == RULE_PLAIN)
        return LAYOUT_PLAIN;
    if (rule == RULE_CHANNELS_LAST)
        return LAYOUT_CHANNELS_LAST;
    if (output->gradient_of != NULL)
        return output->gradient_of->layout;
    return rule == RULE_FOLLOW ? followed_layout(layouts, node, output) : preferred_layout(layouts, output);
}

/* The layout that the output has for those who read it. */
static enum layout wanted_layout(const struct value *output, enum layout written)
{
    return value_is_laid_out(output) && output->gradient_of != NULL ? output->gradient_of->layout : written;
}

/* The layouts that the values of a node would have. */
struct arrangement {
    enum layout inputs[NODE_MAX_INPUTS];
    enum layout outputs[NODE_MAX_OUTPUTS];
};

static struct arrangement arrange(const struct layouts *layouts, const struct node *node,
                                  const struct proposal *proposal)
{
    struct arrangement arrangement = {{LAYOUT_PLAIN}, {LAYOUT_PLAIN}};
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] != NULL)
            arrangement.inputs[i] = input_layout(layouts, node->inputs[i], proposal->inputs);
    for (int i = 0; i < node->output_count; i++)
        arrangement.outputs[i] = written_layout(layouts, node, node->outputs[i], proposal->outputs);
    return arrangement;
}

/* True when a kernel computes the node arranged like this. Asks on a copy of the node and of its values. */
static bool arrangement_holds(const struct layouts *layouts, const struct node *node,
                              const struct arrangement *arrangement, bool any_kernel)
{
    struct node trial = *node;
    struct value inputs[NODE_MAX_INPUTS], outputs[NODE_MAX_OUTPUTS];
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] != NULL) {
            inputs[i] = *node->inputs[i];
            inputs[i].layout = arrangement->inputs[i];
            trial.inputs[i] = &inputs[i];
        }
    for (int i = 0; i < node->output_count; i++) {
        outputs[i] = *node->outputs[i];
        outputs[i].layout = arrangement->outputs[i];
        trial.outputs[i] = &outputs[i];
    }
    const struct kernel *kernel = node_find_kernel(&trial, layouts->backend, false);
    return kernel != NULL && (any_kernel || kernel != node_find_kernel(&trial, layouts->backend, true));
}

/* The value in another layout: itself, a copy that is there already, or a new one made in front of `node`. */
static struct value *value_in_layout(struct layouts *layouts, struct value *value, enum layout layout,
                                     const struct node *node)
{
    if (value->layout == layout)
        return value;
    struct value *unremembered = NULL;
    struct value **copy = value->index < layouts->copies_count ? &layouts->copies[value->index][layout] : &unremembered;
    if (*copy == NULL) {
        graph_insert_before(layouts->graph, node->index);
        *copy = reorder(layouts->graph, value, layout);
        graph_insert_at_end(layouts->graph);
        assert(*copy != NULL && "a reorder cannot fail");
    }
    return *copy;
}

/* Puts a reorder behind the node: the node writes what is now its input, in the layout `written`. */
static void reorder_output(struct layouts *layouts, struct node *node, int number, enum layout written)
{
    struct value *output = node->outputs[number];
    graph_insert_before(layouts->graph, node->index + 1);
    struct value *computed = reorder(layouts->graph, output, output->layout);
    graph_insert_at_end(layouts->graph);
    assert(computed != NULL && "a reorder cannot fail");
    struct node *behind = computed->producer;
    behind->inputs[0] = computed;
    behind->outputs[0] = output;
    output->producer = behind;
    computed->layout = written;
    computed->producer = node;
    node->outputs[number] = computed;
}

static void apply_arrangement(struct layouts *layouts, struct node *node, const struct arrangement *arrangement)
{
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] != NULL)
            node->inputs[i] = value_in_layout(layouts, node->inputs[i], arrangement->inputs[i], node);
    for (int i = 0; i < node->output_count; i++) {
        struct value *output = node->outputs[i];
        output->layout = wanted_layout(output, arrangement->outputs[i]);
        if (output->layout != arrangement->outputs[i])
            reorder_output(layouts, node, i, arrangement->outputs[i]);
    }
}

/* The one layout of an elementwise node: that of the gradient it computes, or of the first input that is not plain. */
static enum layout elementwise_layout(const struct node *node)
{
    for (int i = 0; i < node->output_count; i++)
        if (value_is_laid_out(node->outputs[i]) && node->outputs[i]->gradient_of != NULL)
            return node->outputs[i]->gradient_of->layout;
    for (int i = 0; i < node->input_count; i++)
        if (input_is_movable(node->inputs[i]) && node->inputs[i]->layout != LAYOUT_PLAIN)
            return node->inputs[i]->layout;
    return LAYOUT_PLAIN;
}

static struct arrangement arrange_elementwise(const struct node *node)
{
    struct arrangement arrangement = {{LAYOUT_PLAIN}, {LAYOUT_PLAIN}};
    enum layout layout = elementwise_layout(node);
    for (int i = 0; i < node->input_count; i++)
        if (value_is_laid_out(node->inputs[i]))
            arrangement.inputs[i] = layout;
    for (int i = 0; i < node->output_count; i++)
        if (value_is_laid_out(node->outputs[i]))
            arrangement.outputs[i] = layout;
    return arrangement;
}

/* False when the backend has no kernel. */
static bool find_arrangement(const struct layouts *layouts, const struct node *node, struct arrangement *arrangement)
{
    if (node->op->any_layout) {
        *arrangement = arrange_elementwise(node);
        if (arrangement_holds(layouts, node, arrangement, true))
            return true;
    }
    for (size_t i = 0; i < sizeof proposals / sizeof *proposals; i++) {
        *arrangement = arrange(layouts, node, &proposals[i]);
        if (arrangement_holds(layouts, node, arrangement, proposals[i].any_kernel))
            return true;
    }
    return false;
}

static bool node_lay_out(struct layouts *layouts, struct node *node, struct error *error)
{
    struct arrangement arrangement;
    if (node->op == &reorder_op)
        return true;
    if (!find_arrangement(layouts, node, &arrangement)) {
        assert(layouts->backend != BACKEND_CPU && "a reference kernel supports the plain layout");
        error_set(error, ERROR_CONFIG, "'%s': wanted a kernel of %s for '%s' in %s, found none", node->name,
                  backend_name(layouts->backend), node->op->name, dtype_name(node->outputs[0]->dtype));
        return error_hint(error, "use accelerator: cpu, which computes everything");
    }
    apply_arrangement(layouts, node, &arrangement);
    return true;
}

/* A kept result is read from outside, so it is kept plain. */
static void keep_plain(struct layouts *layouts, struct node *node)
{
    for (int i = 0; i < node->output_count; i++) {
        struct value *output = node->outputs[i];
        if (!output->kept || output->layout == LAYOUT_PLAIN)
            continue;
        graph_insert_before(layouts->graph, node->index + 1);
        struct value *copy = reorder(layouts->graph, output, LAYOUT_PLAIN);
        graph_insert_at_end(layouts->graph);
        assert(copy != NULL && "a reorder cannot fail");
        copy->kept = true;
        output->kept = false;
        output->plain_copy = copy;
    }
}

static bool machine_has_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f");
#else
    return false;
#endif
}

bool graph_choose_layouts(struct graph *graph, enum backend backend, bool reference, struct error *error)
{
    if (reference)
        return true;
    bool wide = machine_has_avx512(), ok = true;
    struct layouts layouts = {
        .graph = graph,
        .backend = backend,
        .blocked = backend != BACKEND_CPU ? LAYOUT_CHANNELS_LAST
                   : wide                 ? LAYOUT_BLOCKED_16
                                          : LAYOUT_BLOCKED_8,
        .block = wide ? 16 : 8,
        .half_is_channels_last = backend == BACKEND_CPU && graph->types.narrow == DTYPE_BF16 && half_is_channels_last(),
        .copies = memory_allocate((size_t)graph->value_count, sizeof *layouts.copies),
        .copies_count = graph->value_count,
    };
    for (int i = 0; i < graph->node_count && ok; i++) {
        struct node *node = graph->nodes[i];
        ok = node_lay_out(&layouts, node, error);
        if (ok)
            keep_plain(&layouts, node);
        i = node->index;
    }
    memory_free(layouts.copies);
    return ok;
}

const char *layout_name(enum layout layout)
{
    static const char *const names[] = {"plain", "channels_last", "blocked_8", "blocked_16"};
    return names[layout];
}
