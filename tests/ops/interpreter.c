/* interpreter.c: a graph run node by node by reference kernels. */
#include "tests/ops/interpreter.h"

#include "engine/base/memory.h"
#include "engine/graph/passes.h"
#include "engine/ops/op_tables.h"
#include "engine/ops/ops.h"
#include "tests/unit/unit.h"

const struct kernel *op_reference(const struct op *op)
{
    const struct kernel *const *kernel = op->kernels;
    while (kernel[1] != NULL)
        kernel++;
    return *kernel;
}

/* The sum of the result's elements, each times its weight. */
static struct value *build_loss(struct graph *graph, struct value *result)
{
    int64_t count = shape_count(&result->shape);
    struct value *seed = graph_input(graph, "seed", DTYPE_F32, SHAPE(1, count));
    struct value *sum = linear(graph, reshape(graph, result, SHAPE(1, count)), seed, NULL);
    return reshape(graph, sum, (struct shape){.rank = 0});
}

static void allocate_values(struct interpreter *interpreter)
{
    interpreter->value_count = graph_value_count(interpreter->graph);
    interpreter->data = memory_allocate((size_t)interpreter->value_count, sizeof *interpreter->data);
    for (int i = 0; i < interpreter->value_count; i++) {
        const struct value *value = graph_get_value(interpreter->graph, i);
        interpreter->data[i] = memory_allocate((size_t)shape_count(&value->shape) + 1, dtype_size(value->dtype));
        if (value->kind != VALUE_RESULT)
            case_fill(value, interpreter->data[i]);
    }
}

struct numbers interpreter_numbers(const struct interpreter *interpreter, const struct value *value)
{
    return (struct numbers){interpreter->data[value->index], value->dtype};
}

/* What a cast to the type that the case holds was made from. */
static struct value *find_computed(struct value *value)
{
    return value->producer->op == &cast_op ? value->producer->inputs[0] : value;
}

void interpreter_init(struct interpreter *interpreter, const struct ops_case *ops_case,
                      const struct number_types *types)
{
    struct error error = ERROR_INIT;
    struct graph *graph = graph_create();
    if (types != NULL)
        graph_set_types(graph, types);
    *interpreter = (struct interpreter){.graph = graph, .result = ops_case->build(graph)};
    ck_ok(graph_check(graph, &error), error);
    graph_keep(graph, interpreter->result);
    if (!ops_case->forward_only) {
        interpreter->loss = build_loss(graph, interpreter->result);
        graph_differentiate(graph, interpreter->loss);
    } else {
        graph_choose_types(graph, NULL);
    }
    interpreter->result = find_computed(interpreter->result);
    ck_ok(graph_check(graph, &error), error);
    allocate_values(interpreter);
}

void interpreter_finish(struct interpreter *interpreter)
{
    for (int i = 0; i < interpreter->value_count; i++)
        memory_free(interpreter->data[i]);
    memory_free(interpreter->data);
    graph_destroy(&interpreter->graph);
}

struct device *interpreter_device;

/* The device's arrays of a node, by number, inputs first; the host's where that is the same. */
struct run_arrays {
    struct device *device;
    const struct node *node;
    void *host[NODE_MAX_INPUTS + NODE_MAX_OUTPUTS];
    void *far[NODE_MAX_INPUTS + NODE_MAX_OUTPUTS];
    int count;
};

static size_t array_bytes(const struct run_arrays *arrays, int index)
{
    const struct node *node = arrays->node;
    const struct value *value =
        index < node->input_count ? node->inputs[index] : node->outputs[index - node->input_count];
    return value != NULL ? (size_t)shape_count(&value->shape) * dtype_size(value->dtype) : 0;
}

static void arrays_init(struct run_arrays *arrays, void *const *inputs, void *const *outputs)
{
    struct error error = ERROR_INIT;
    const struct node *node = arrays->node;
    arrays->count = node->input_count + node->output_count;
    for (int i = 0; i < arrays->count; i++) {
        void *host = arrays->host[i] = i < node->input_count ? inputs[i] : outputs[i - node->input_count];
        arrays->far[i] = host;
        if (host == NULL || device_is_host(arrays->device))
            continue;
        arrays->far[i] = device_allocate(arrays->device, array_bytes(arrays, i), "a test", &error);
        ck_ok(arrays->far[i] != NULL, error);
        device_write(arrays->device, arrays->far[i], host, array_bytes(arrays, i));
    }
}

/* All come back: what an operation updates is among its inputs. */
static void arrays_finish(struct run_arrays *arrays)
{
    struct error error = ERROR_INIT;
    for (int i = 0; i < arrays->count; i++) {
        if (arrays->far[i] == arrays->host[i])
            continue;
        device_read(arrays->device, arrays->host[i], arrays->far[i], array_bytes(arrays, i));
        device_release(arrays->device, arrays->far[i]);
    }
    ck_ok(device_check(arrays->device, &error), error);
}

static void run_made(const struct kernel_instance *instance, void *const *inputs, void *const *outputs)
{
    struct error error = ERROR_INIT;
    struct run_arrays arrays = {.device = instance->device, .node = instance->node};
    arrays_init(&arrays, inputs, outputs);
    void *scratch = device_allocate(instance->device, instance->scratch_bytes + 64, "scratch", &error);
    ck_ok(scratch != NULL, error);
    struct kernel_run run = {
        .inputs = arrays.far, .outputs = arrays.far + instance->node->input_count, .scratch = scratch};
    instance->kernel->run(instance, &run);
    arrays_finish(&arrays);
    device_release(instance->device, scratch);
}

bool interpreter_run_node(const struct node *node, const struct kernel *kernel, void *const *inputs,
                          void *const *outputs)
{
    struct error error = ERROR_INIT;
    bool is_far = interpreter_device != NULL && interpreter_device->backend == kernel->backend;
    struct kernel_instance instance = {
        .kernel = kernel, .node = node, .device = is_far ? interpreter_device : device_cpu()};
    bool made = kernel->create == NULL || kernel->create(&instance, &error);
    if (made)
        run_made(&instance, inputs, outputs);
    if (kernel->destroy != NULL)
        kernel->destroy(&instance);
    return made;
}

void interpreter_run(struct interpreter *interpreter)
{
    for (int i = 0; i < graph_node_count(interpreter->graph); i++) {
        const struct node *node = graph_get_node(interpreter->graph, i);
        void *inputs[NODE_MAX_INPUTS], *outputs[NODE_MAX_OUTPUTS];
        for (int j = 0; j < node->input_count; j++)
            inputs[j] = node->inputs[j] != NULL ? interpreter->data[node->inputs[j]->index] : NULL;
        for (int j = 0; j < node->output_count; j++)
            outputs[j] = interpreter->data[node->outputs[j]->index];
        ck_assert(interpreter_run_node(node, op_reference(node->op), inputs, outputs));
    }
}
