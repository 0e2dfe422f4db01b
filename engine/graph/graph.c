/* graph.c: building a graph: values, nodes, scopes, and the first failure. */
#include "engine/graph/graph.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"

struct graph *graph_create(void)
{
    struct graph *graph = memory_allocate(1, sizeof *graph);
    graph->insert_at = -1;
    return graph;
}

void graph_destroy(struct graph **graph)
{
    if (*graph == NULL)
        return;
    memory_free((*graph)->nodes);
    memory_free((*graph)->values);
    memory_free((*graph)->scope_lengths);
    names_finish(&(*graph)->value_names);
    names_finish(&(*graph)->node_names);
    text_finish(&(*graph)->scope);
    arena_finish(&(*graph)->arena);
    memory_free(*graph);
    *graph = NULL;
}

void graph_set_types(struct graph *graph, const struct number_types *types)
{
    assert(graph->value_count == 0 && "types are chosen before anything is added");
    graph->types = *types;
}

void graph_scale_loss(struct graph *graph)
{
    assert(!graph->differentiated);
    graph->scales_loss = true;
}

void graph_enter(struct graph *graph, const char *format, ...)
{
    if (graph->scope_depth == graph->scope_capacity) {
        graph->scope_capacity = graph->scope_capacity > 0 ? graph->scope_capacity * 2 : 16;
        graph->scope_lengths =
            memory_resize(graph->scope_lengths, (size_t)graph->scope_capacity, sizeof *graph->scope_lengths);
    }
    graph->scope_lengths[graph->scope_depth++] = graph->scope.length;
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    text_append(&graph->scope, name);
    text_append_char(&graph->scope, '.');
}

void graph_leave(struct graph *graph)
{
    assert(graph->scope_depth > 0 && "graph_leave pairs with graph_enter");
    graph->scope.length = graph->scope_lengths[--graph->scope_depth];
    graph->scope.data[graph->scope.length] = '\0';
}

void graph_set_mark(struct graph *graph, struct mark mark)
{
    graph->mark = mark;
}

struct value *graph_fail(struct graph *graph, const char *format, ...)
{
    if (error_is_set(&graph->error))
        return NULL;
    char message[sizeof graph->error.message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const char *scope = text_string(&graph->scope);
    error_set(&graph->error, ERROR_CONFIG, "%s", message);
    if (*scope != '\0')
        error_prefix(&graph->error, "'%.*s': ", (int)strlen(scope) - 1, scope);
    error_mark(&graph->error, graph->mark);
    return NULL;
}

bool graph_check(const struct graph *graph, struct error *error)
{
    if (error_is_set(&graph->error))
        *error = graph->error;
    return !error_is_set(&graph->error);
}

/* Puts a value behind the others. `name` is in the arena. */
static struct value *graph_add_value(struct graph *graph, struct value fields)
{
    if (graph->value_count == graph->value_capacity) {
        graph->value_capacity = graph->value_capacity > 0 ? graph->value_capacity * 2 : 256;
        graph->values = memory_resize(graph->values, (size_t)graph->value_capacity, sizeof(struct value *));
    }
    struct value *value = arena_allocate(&graph->arena, 1, sizeof *value);
    *value = fields;
    value->index = graph->value_count;
    graph->values[graph->value_count++] = value;
    return value;
}

struct value *graph_copy_value(struct graph *graph, const struct value *value, enum dtype dtype)
{
    struct value copy = *value;
    copy.dtype = dtype;
    copy.kept = false;
    return graph_add_value(graph, copy);
}

/* An input, parameter or buffer: found again under its name, or added. */
static struct value *graph_name_value(struct graph *graph, struct value fields)
{
    if (error_is_set(&graph->error))
        return NULL;
    char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
    if (!shape_is_valid(&fields.shape))
        return graph_fail(graph, "'%s' is too large: %s", fields.name, shape_format(&fields.shape, wanted));
    int index = names_find(&graph->value_names, fields.name);
    if (index < 0) {
        struct value *added = graph_add_value(graph, fields);
        names_set(&graph->value_names, added->name, added->index);
        return added;
    }
    struct value *value = graph->values[index];
    if (value->kind == fields.kind && value->dtype == fields.dtype && shape_equal(&value->shape, &fields.shape))
        return value;
    return graph_fail(graph, "wanted '%s' as %s %s, but it is already there as %s %s", fields.name,
                      dtype_name(fields.dtype), shape_format(&fields.shape, wanted), dtype_name(value->dtype),
                      shape_format(&value->shape, found));
}

struct value *graph_input(struct graph *graph, const char *name, enum dtype dtype, struct shape shape)
{
    return graph_name_value(graph, (struct value){.kind = VALUE_INPUT,
                                                  .name = arena_copy_string(&graph->arena, name),
                                                  .dtype = dtype,
                                                  .shape = shape});
}

struct value *graph_parameter(struct graph *graph, const char *name, struct shape shape, struct init init)
{
    const char *full_name = arena_format(&graph->arena, "%s%s", text_string(&graph->scope), name);
    return graph_name_value(graph, (struct value){.kind = VALUE_PARAMETER,
                                                  .name = full_name,
                                                  .dtype = graph->types.parameters,
                                                  .shape = shape,
                                                  .needs_gradient = true,
                                                  .init = init});
}

struct value *graph_buffer(struct graph *graph, const char *name, enum dtype dtype, struct shape shape,
                           struct init init)
{
    const char *full_name = arena_format(&graph->arena, "%s%s", text_string(&graph->scope), name);
    return graph_name_value(graph, (struct value){.kind = VALUE_BUFFER,
                                                  .name = full_name,
                                                  .dtype = dtype == DTYPE_F32 ? graph->types.wide : dtype,
                                                  .shape = shape,
                                                  .init = init});
}

/* "layer1.0.relu", and "layer1.0.relu_2" when the scope has one already. */
static const char *graph_name_node(struct graph *graph, const char *op_name)
{
    const char *wanted = arena_format(&graph->arena, "%s%s", text_string(&graph->scope), op_name);
    const char *name = wanted;
    int times = names_find(&graph->node_names, wanted);
    if (times < 0)
        times = 0;
    while (times > 0 && names_find(&graph->node_names, name) >= 0)
        name = arena_format(&graph->arena, "%s_%d", wanted, ++times);
    names_set(&graph->node_names, wanted, times > 0 ? times : 1);
    names_set(&graph->node_names, name, times > 0 ? times : 1);
    return name;
}

void graph_insert_before(struct graph *graph, int index)
{
    graph->insert_at = index;
}

void graph_insert_at_end(struct graph *graph)
{
    graph->insert_at = -1;
}

static void graph_place_node(struct graph *graph, struct node *node)
{
    if (graph->node_count == graph->node_capacity) {
        graph->node_capacity = graph->node_capacity > 0 ? graph->node_capacity * 2 : 128;
        graph->nodes = memory_resize(graph->nodes, (size_t)graph->node_capacity, sizeof(struct node *));
    }
    int place = graph->insert_at >= 0 ? graph->insert_at++ : graph->node_count;
    for (int i = graph->node_count++; i > place; i--) {
        graph->nodes[i] = graph->nodes[i - 1];
        graph->nodes[i]->index = i;
    }
    graph->nodes[place] = node;
    node->index = place;
}

void graph_remove_nodes(struct graph *graph, const bool *keep)
{
    int count = 0;
    for (int i = 0; i < graph->node_count; i++)
        if (keep[i]) {
            graph->nodes[count] = graph->nodes[i];
            graph->nodes[count]->index = count;
            count++;
        }
    graph->node_count = count;
}

static bool graph_infer(struct graph *graph, struct node *node)
{
    struct error *error = &graph->error;
    bool inferred = node->op->infer(graph, node, error);
    for (int i = 0; i < node->output_count && inferred; i++) {
        char found[SHAPE_FORMAT_BYTES];
        if (!shape_is_valid(&node->outputs[i]->shape))
            inferred = error_set(error, ERROR_CONFIG, "its result is too large: %s",
                                 shape_format(&node->outputs[i]->shape, found));
    }
    assert(inferred != error_is_set(error));
    if (!inferred) {
        error_prefix(error, "'%s': ", node->name);
        error_mark(error, graph->mark);
    }
    return inferred;
}

struct node *graph_add(struct graph *graph, const struct op *op, struct value *const inputs[], int input_count,
                       const void *attributes, size_t attributes_size)
{
    if (error_is_set(&graph->error))
        return NULL;
    assert(input_count <= NODE_MAX_INPUTS);
    struct node *node = arena_allocate(&graph->arena, 1, sizeof *node);
    *node = (struct node){
        .op = op,
        .name = graph_name_node(graph, op->name),
        .input_count = input_count,
        .is_backward = graph->differentiated && !graph->compiled,
    };
    for (int i = 0; i < input_count; i++)
        node->inputs[i] = inputs[i];
    if (attributes_size > 0) {
        void *copy = arena_allocate(&graph->arena, 1, attributes_size);
        node->attributes = memcpy(copy, attributes, attributes_size);
    }
    if (!graph_infer(graph, node))
        return NULL;
    graph_place_node(graph, node);
    return node;
}

struct node *graph_clone_node(struct graph *graph, const struct node *node, struct value *const inputs[])
{
    struct node *clone = arena_allocate(&graph->arena, 1, sizeof *clone);
    *clone = *node;
    clone->name = graph_name_node(graph, node->op->name);
    clone->is_backward = graph->differentiated && !graph->compiled;
    for (int i = 0; i < node->input_count; i++)
        clone->inputs[i] = inputs[i];
    for (int i = 0; i < node->output_count; i++) {
        clone->outputs[i] = graph_copy_value(graph, node->outputs[i], node->outputs[i]->dtype);
        clone->outputs[i]->name = clone->name;
        clone->outputs[i]->producer = clone;
    }
    graph_place_node(graph, clone);
    return clone;
}

struct value *node_add_output(struct graph *graph, struct node *node, enum dtype dtype, struct shape shape)
{
    assert(node->output_count < NODE_MAX_OUTPUTS);
    int number = node->output_count;
    const char *name = number == 0 ? node->name : arena_format(&graph->arena, "%s:%d", node->name, number);
    struct value *value = graph_add_value(
        graph, (struct value){.kind = VALUE_RESULT, .name = name, .dtype = dtype, .shape = shape, .producer = node});
    for (int i = 0; i < node->input_count; i++)
        if (node->inputs[i] != NULL && node->inputs[i]->needs_gradient)
            value->needs_gradient = dtype_is_float(dtype) && node->op->differentiate != NULL && !graph->differentiated;
    node->outputs[node->output_count++] = value;
    return value;
}

struct value *graph_gradient(const struct graph *graph, const struct value *parameter)
{
    (void)graph;
    return parameter->gradient;
}

void graph_keep(struct graph *graph, struct value *value)
{
    (void)graph;
    if (value != NULL)
        value->kept = true;
}

bool graph_is_kept(const struct graph *graph, const struct value *value)
{
    (void)graph;
    return value->kept;
}

int graph_node_count(const struct graph *graph)
{
    return graph->node_count;
}

struct node *graph_get_node(const struct graph *graph, int index)
{
    assert(index >= 0 && index < graph->node_count);
    return graph->nodes[index];
}

int graph_value_count(const struct graph *graph)
{
    return graph->value_count;
}

struct value *graph_get_value(const struct graph *graph, int index)
{
    assert(index >= 0 && index < graph->value_count);
    return graph->values[index];
}

struct value *graph_find_input(const struct graph *graph, const char *name)
{
    int index = names_find(&graph->value_names, name);
    return index >= 0 && graph->values[index]->kind == VALUE_INPUT ? graph->values[index] : NULL;
}

struct arena *graph_arena(struct graph *graph)
{
    return &graph->arena;
}
