/* program.c: a graph made runnable: kernels prepared, memory bound, and run in order. */
#include "engine/graph/program.h"

#include <assert.h>
#include <string.h>

#include "build_config.h"
#include "engine/base/memory.h"
#include "engine/base/trace.h"
#include "engine/graph/graph_parts.h"
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "engine/graph/plan.h"
#include "engine/graph/workspace.h"
#include "engine/ops/arrays/arrays.h"

#if LRUN_HAVE_OPENMP
#include <omp.h>
#endif

/* A node ready to run. */
struct step {
    struct kernel_instance instance;
    struct kernel_run run;
    struct device_work work;
    void *inputs[NODE_MAX_INPUTS];
    void *outputs[NODE_MAX_OUTPUTS];
    bool is_skipped;
};

struct program {
    struct graph *graph;
    const struct parameters *parameters;
    struct program_options options;
    struct device *device;
    struct step *steps;
    int step_count;
    struct plan plan;
    /* Planned only: by so much at most its arena is larger on the device. */
    size_t unknown_bytes;
    /* Inputs and kept results; and on the host, of another device's, those that were read since the last run. */
    char *own_memory;
    char *host_memory;
    bool *is_read;
    struct workspace *workspace;
    struct workspace *own_workspace;
    /* Where the workspace was when the steps were bound to it. */
    const char *bound_memory;
    /* A run as the device keeps it: made in the second run, as libraries prepare themselves in the first. */
    struct device_recording *recording;
    bool was_run;
    bool cannot_record;
};

/* Returns how many. */
static int program_use_threads(const struct program *program)
{
#if LRUN_HAVE_OPENMP
    int threads = program->options.threads > 0 ? program->options.threads : omp_get_num_procs();
    if (omp_get_max_threads() != threads)
        omp_set_num_threads(threads);
    return threads;
#else
    (void)program;
    return 1;
#endif
}

static const struct kernel *program_choose_kernel(const struct program *program, const struct node *node)
{
    const struct program_options *options = &program->options;
    enum backend backend = program->device->backend;
    if (options->reference || backend != BACKEND_CPU)
        return node_find_kernel(node, backend, options->reference);
    return node_choose_kernel(node, options->choices, program_use_threads(program));
}

static bool program_prepare_kernels(struct program *program, struct error *error)
{
    program->step_count = graph_node_count(program->graph);
    program->steps = memory_allocate((size_t)program->step_count, sizeof *program->steps);
    for (int i = 0; i < program->step_count; i++) {
        struct kernel_instance *instance = &program->steps[i].instance;
        instance->node = graph_get_node(program->graph, i);
        instance->device = program->device;
        instance->tf32 = program->options.tf32;
        instance->may_vary = program->options.may_vary;
        instance->kernel = program_choose_kernel(program, instance->node);
        assert(instance->kernel != NULL && "a reference kernel supports the plain layout");
        if (!instance_create(instance, program->options.choices, error))
            return error_prefix(error, "'%s': ", instance->node->name);
    }
    return true;
}

/* By how much the arena would grow if every library wanted all that it may: those who wait for the device to know. */
static size_t plan_unknown(const struct program *program, size_t *scratch_bytes)
{
    struct plan most;
    size_t unknown = 0;
    for (int i = 0; i < program->step_count; i++) {
        scratch_bytes[i] += program->steps[i].instance.unknown_bytes;
        unknown += program->steps[i].instance.unknown_bytes;
    }
    if (unknown == 0)
        return 0;
    plan_init(&most, program->graph, scratch_bytes);
    size_t bytes = most.arena_bytes;
    plan_finish(&most);
    return bytes > program->plan.arena_bytes ? bytes - program->plan.arena_bytes : 0;
}

static void program_make_plan(struct program *program)
{
    size_t *scratch_bytes = memory_allocate((size_t)program->step_count, sizeof *scratch_bytes);
    for (int i = 0; i < program->step_count; i++)
        scratch_bytes[i] = program->steps[i].instance.scratch_bytes;
    plan_init(&program->plan, program->graph, scratch_bytes);
    for (int i = 0; i < program->step_count; i++)
        program->steps[i].is_skipped = program->plan.is_skipped[i];
    program->unknown_bytes = plan_unknown(program, scratch_bytes);
    memory_free(scratch_bytes);
}

/* Every parameter and buffer of the graph must be in the store, of the same shape. */
static bool program_check_parameters(const struct program *program, struct error *error)
{
    for (int i = 0; i < graph_value_count(program->graph); i++) {
        const struct value *value = graph_get_value(program->graph, i);
        if (value->kind != VALUE_PARAMETER && value->kind != VALUE_BUFFER)
            continue;
        const struct parameter *entry = parameters_find(program->parameters, value->name);
        char wanted[SHAPE_FORMAT_BYTES], found[SHAPE_FORMAT_BYTES];
        if (entry == NULL)
            return error_set(error, ERROR_RUN, "wanted '%s' among the parameters, found none", value->name);
        if (entry->tensor.dtype != value->dtype || !shape_equal(&entry->tensor.shape, &value->shape))
            return error_set(error, ERROR_RUN, "wanted '%s' of shape %s, found %s", value->name,
                             shape_format(&value->shape, wanted), shape_format(&entry->tensor.shape, found));
    }
    return true;
}

static bool program_allocate(struct program *program, struct error *error)
{
    struct device *device = program->device;
    if (program->workspace == NULL)
        program->workspace = program->own_workspace = workspace_create(device);
    program->own_memory = device_allocate(device, program->plan.own_bytes, "inputs and results", error);
    if (program->own_memory == NULL)
        return false;
    if (!device_is_host(device)) {
        program->host_memory = memory_allocate_large(program->plan.own_bytes, "inputs and results", error);
        program->is_read = memory_allocate((size_t)program->plan.storage_count, sizeof *program->is_read);
        if (program->host_memory == NULL)
            return false;
    }
    return workspace_reserve(program->workspace, program->plan.arena_bytes, error);
}

/* Where a value lies; NULL for one that nothing computes. */
static void *program_address(const struct program *program, const struct value *value)
{
    int index = value != NULL ? program->plan.storage_of[value->index] : -1;
    if (index < 0)
        return NULL;
    const struct storage *storage = &program->plan.storages[index];
    switch (storage->home) {
    case HOME_ARENA:
        return workspace_memory(program->workspace) + storage->offset;
    case HOME_OWN:
        return program->own_memory + storage->offset;
    case HOME_PARAMETER:
        return parameters_find(program->parameters, storage->parameter->name)->tensor.data;
    case HOME_GRADIENT:
        return parameters_find(program->parameters, storage->parameter->name)->gradient.data;
    }
    return NULL;
}

static void program_drop_recording(struct program *program)
{
    if (program->recording != NULL)
        program->device->interface->recording_destroy(program->device, program->recording);
    program->recording = NULL;
    program->was_run = false;
}

/* What a library chose says more than whose the kernel is. */
static const char *kernel_description(const struct kernel_instance *instance)
{
    return instance->implementation != NULL ? instance->implementation : instance->kernel->name;
}

static void program_bind(struct program *program)
{
    program_drop_recording(program);
    for (int i = 0; i < program->step_count; i++) {
        struct step *step = &program->steps[i];
        const struct node *node = step->instance.node;
        for (int j = 0; j < node->input_count; j++)
            step->inputs[j] = program_address(program, node->inputs[j]);
        for (int j = 0; j < node->output_count; j++)
            step->outputs[j] = program_address(program, node->outputs[j]);
        step->run = (struct kernel_run){
            .inputs = step->inputs,
            .outputs = step->outputs,
            .scratch = workspace_memory(program->workspace) + program->plan.scratch_offsets[i],
        };
        step->work = (struct device_work){node->name, node->op->name, kernel_description(&step->instance)};
    }
    program->bound_memory = workspace_memory(program->workspace);
}

static bool program_prepare(struct program *program, struct error *error)
{
    program_use_threads(program);
    if (!program_prepare_kernels(program, error))
        return false;
    program_make_plan(program);
    if (program->parameters == NULL)
        return true;
    if (!program_check_parameters(program, error) || !program_allocate(program, error))
        return false;
    program_bind(program);
    return true;
}

struct program *program_create(struct graph *graph, struct parameters *parameters,
                               const struct program_options *options, struct error *error)
{
    struct device *device = device_or_cpu(options->device);
    assert(!graph->compiled && "a graph is compiled once");
    assert(!options->reference || device_is_host(device));
    if (!graph_check(graph, error))
        return NULL;
    graph->compiled = true;
    if (!graph->differentiated) {
        graph_fuse(graph);
        graph_choose_types(graph, NULL);
    }
    graph_prune(graph);
    if (!graph_choose_layouts(graph, device->backend, options->reference, error))
        return NULL;
    struct program *program = memory_allocate(1, sizeof *program);
    *program = (struct program){
        .graph = graph,
        .parameters = parameters,
        .options = *options,
        .device = device,
        .workspace = options->workspace,
    };
    if (!program_prepare(program, error))
        program_destroy(&program);
    return program;
}

void program_destroy(struct program **program)
{
    if (*program == NULL)
        return;
    program_drop_recording(*program);
    device_enter((*program)->device, NULL);
    for (int i = 0; i < (*program)->step_count; i++) {
        struct kernel_instance *instance = &(*program)->steps[i].instance;
        if (instance->kernel != NULL && instance->kernel->destroy != NULL)
            instance->kernel->destroy(instance);
    }
    memory_free((*program)->steps);
    plan_finish(&(*program)->plan);
    device_release((*program)->device, (*program)->own_memory);
    memory_free_large((*program)->host_memory);
    memory_free((*program)->is_read);
    workspace_destroy(&(*program)->own_workspace);
    memory_free(*program);
    *program = NULL;
}

/* Another program may have made the shared workspace grow, and with that move. */
static void program_begin(struct program *program)
{
    assert(program->parameters != NULL && "a program without parameters only plans");
    program_use_threads(program);
    if (program->bound_memory != workspace_memory(program->workspace))
        program_bind(program);
    if (program->is_read != NULL)
        memset(program->is_read, 0, (size_t)program->plan.storage_count * sizeof *program->is_read);
}

static void step_compute(const struct program *program, const struct step *step)
{
    if (step->is_skipped)
        return;
    device_enter(program->device, &step->work);
    step->instance.kernel->run(&step->instance, &step->run);
}

static void program_compute(const struct program *program)
{
    for (int i = 0; i < program->step_count; i++)
        step_compute(program, &program->steps[i]);
}

static void program_record(struct program *program)
{
    const struct device_interface *interface = program->device->interface;
    interface->record_begin(program->device);
    program_compute(program);
    program->recording = interface->record_end(program->device);
    program->cannot_record = program->recording == NULL;
}

void program_run(struct program *program)
{
    const struct device_interface *interface = program->device->interface;
    program_begin(program);
    if (interface->record_begin != NULL && program->was_run && program->recording == NULL && !program->cannot_record)
        program_record(program);
    if (program->recording != NULL)
        interface->replay(program->device, program->recording);
    else
        program_compute(program);
    program->was_run = true;
}

void program_run_timed(struct program *program, int64_t *times)
{
    program_begin(program);
    device_synchronize(program->device);
    times[0] = trace_now();
    for (int i = 0; i < program->step_count; i++) {
        step_compute(program, &program->steps[i]);
        device_synchronize(program->device);
        times[i + 1] = trace_now();
    }
}

int program_node_count(const struct program *program)
{
    return program->step_count;
}

const struct kernel_instance *program_instance(const struct program *program, int node)
{
    return &program->steps[node].instance;
}

bool program_runs_node(const struct program *program, int node)
{
    return !program->steps[node].is_skipped;
}

static bool output_is_finite(const struct program *program, const struct value *output, void *elements)
{
    return !dtype_is_float(output->dtype) ||
           arrays_are_finite(program->device, (struct numbers){elements, output->dtype}, shape_count(&output->shape));
}

const struct node *program_run_checked(struct program *program)
{
    program_begin(program);
    for (int i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        const struct node *node = step->instance.node;
        if (step->is_skipped)
            continue;
        step_compute(program, step);
        if (node->is_backward && program->graph->scales_loss)
            continue;
        for (int j = 0; j < node->output_count; j++)
            if (!output_is_finite(program, node->outputs[j], step->outputs[j]))
                return node;
    }
    return NULL;
}

/* What holds a value in the plain layout. */
static const struct value *value_plain(const struct value *value)
{
    const struct value *plain = value->plain_copy != NULL ? value->plain_copy : value;
    assert((plain->kind != VALUE_RESULT || plain->kept) && "only kept results can be read");
    return plain;
}

static size_t value_bytes(const struct value *value)
{
    return (size_t)shape_count(&value->shape) * dtype_size(value->dtype);
}

void program_write(struct program *program, const struct value *input, const void *elements)
{
    assert(input->kind == VALUE_INPUT);
    device_write(program->device, program_address(program, input), elements, value_bytes(input));
}

void program_copy(struct program *program, const struct value *input, const void *elements)
{
    assert(input->kind == VALUE_INPUT);
    device_copy(program->device, program_address(program, input), elements, value_bytes(input));
}

/* The copy on the host, made when it is first asked for. */
static const void *program_fetch(struct program *program, const struct value *value, const void *address)
{
    int index = program->plan.storage_of[value->index];
    char *copy = program->host_memory + ((const char *)address - program->own_memory);
    if (!program->is_read[index])
        device_read(program->device, copy, address, value_bytes(value));
    program->is_read[index] = true;
    return copy;
}

const void *program_read(struct program *program, const struct value *result)
{
    const struct value *plain = value_plain(result);
    const void *address = program_address(program, plain);
    return device_is_host(program->device) ? address : program_fetch(program, plain, address);
}

void *program_locate(const struct program *program, const struct value *value)
{
    return program_address(program, value_plain(value));
}

void *program_data(const struct program *program, const struct value *value)
{
    assert(device_is_host(program->device) && "another device's memory is written and read");
    return program_address(program, value_plain(value));
}

struct memory_report program_memory(const struct program *program)
{
    const struct plan *plan = &program->plan;
    struct memory_report report = {
        .activations = plan->value_bytes,
        .activations_unplanned = plan->unplanned_bytes,
        .scratch = plan->arena_bytes > plan->value_bytes ? plan->arena_bytes - plan->value_bytes : 0,
        .unknown = program->unknown_bytes,
    };
    for (int i = 0; i < plan->storage_count; i++) {
        const struct storage *storage = &plan->storages[i];
        if (storage->home == HOME_OWN)
            report.inputs += storage->bytes;
        if (storage->home == HOME_PARAMETER && storage->parameter->kind == VALUE_PARAMETER)
            report.parameters += storage->bytes;
        if (storage->home == HOME_PARAMETER && storage->parameter->kind == VALUE_BUFFER)
            report.buffers += storage->bytes;
        if (storage->home == HOME_GRADIENT)
            report.gradients += storage->bytes;
    }
    return report;
}

void program_describe(const struct program *program, struct text *text)
{
    for (int i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];
        const struct node *node = step->instance.node;
        const char *implementation = step->instance.implementation;
        char shape[SHAPE_FORMAT_BYTES];
        text_format(text, "%s: %s by %s%s%s -> %s", node->name, node->op->name,
                    step->is_skipped ? "view" : step->instance.kernel->name, implementation != NULL ? " " : "",
                    implementation != NULL ? implementation : "", shape_format(&node->outputs[0]->shape, shape));
        if (node->outputs[0]->shape.rank == 4)
            text_format(text, " %s", layout_name(node->outputs[0]->layout));
        text_append_char(text, '\n');
    }
}
