/* step.c: the model made runnable. */
#include "runner/train/step.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "runner/train/inputs.h"
#include "runner/train/stages.h"

/* Steps below this are small: some milliseconds on one core. */
#define SMALL_FLOPS 1e9
#define WARM_RUNS 5
#define TIMED_RUNS 31

struct step {
    enum stage stage;
    int batch_size;
    uint64_t seed;
    struct device *device;
    struct graph *graph;
    struct program *program;
    struct model_outputs outputs;
    struct step_outputs arrays;
    /* In the device's memory; of a loss that is scaled. */
    const float *loss_scale;
    /* NULL: nobody asks how long the nodes run. */
    struct profile *profile;
    struct step *next;
};

struct steps {
    /* Its threads are those that compute; the other, those that were asked for. */
    struct steps_options options;
    int wanted_threads;
    struct parameters *parameters;
    struct workspace *workspace;
    const float *loss_scale;
    struct step *first;
};

static void step_destroy(struct step *step)
{
    program_destroy(&step->program);
    graph_destroy(&step->graph);
    memory_free(step);
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void keep_outputs(struct step *step)
{
    struct model_outputs *outputs = &step->outputs;
    if (outputs->loss != NULL)
        graph_keep(step->graph, outputs->loss);
    for (int i = 0; i < outputs->scalar_count; i++)
        graph_keep(step->graph, outputs->scalars[i].value);
    for (int i = 0; i < outputs->array_count; i++)
        graph_keep(step->graph, outputs->arrays[i].value);
}

static void compile(const struct steps *steps, struct step *step, struct error *error)
{
    struct kernel_record *kernels = steps->options.kernels;
    struct progress *progress = steps->options.progress != NULL ? steps->options.progress : &progress_silent;
    kernel_record_begin(kernels, progress);
    struct program_options options = {
        .device = steps->options.device,
        .threads = steps->options.threads,
        .may_vary = steps->options.may_vary,
        .choices = kernel_record_choices(kernels),
        .workspace = steps->workspace,
        .tf32 = steps->options.arithmetic.tf32,
    };
    step->program = program_create(step->graph, steps->parameters, &options, error);
    kernel_record_end(kernels, progress);
}

static bool differentiate(const struct steps *steps, struct step *step, struct error *error)
{
    const struct steps_options *options = &steps->options;
    if (step->outputs.loss == NULL)
        return error_set(error, ERROR_CONFIG, "the model has no loss to train with");
    if (!stages_check(step->graph, &options->recomputed, options->recomputed_marks, error))
        return false;
    if (options->arithmetic.scales_loss)
        graph_scale_loss(step->graph);
    graph_differentiate(step->graph, step->outputs.loss);
    graph_recompute(step->graph, &options->recomputed);
    return graph_check(step->graph, error);
}

/* The graph of a step, differentiated where it trains. */
static bool build_graph(const struct steps *steps, struct step *step, struct error *error)
{
    struct model *model = steps->options.model;
    step->graph = graph_create();
    graph_set_types(step->graph, &steps->options.arithmetic.types);
    model->interface->build(model, step->graph, step->stage, step->batch_size, &step->outputs);
    if (!graph_check(step->graph, error))
        return false;
    keep_outputs(step);
    return step->stage != STAGE_TRAIN || differentiate(steps, step, error);
}

static bool step_build(struct steps *steps, struct step *step, struct error *error)
{
    if (!build_graph(steps, step, error))
        return false;
    if (steps->parameters == NULL && !steps->options.plan_only) {
        steps->parameters = parameters_create(step->graph, steps->options.device, steps->options.seed, error);
        if (steps->parameters == NULL)
            return false;
    }
    compile(steps, step, error);
    if (step->program != NULL)
        step->profile = profiler_add_program(steps->options.profiler, step->stage, step->graph, step->program);
    return step->program != NULL;
}

/* Array views are made once; where they lie is asked for after each run. */
static void arrays_init(struct step *step)
{
    step->arrays.count = step->outputs.array_count;
    for (int i = 0; i < step->outputs.array_count; i++) {
        const struct value *value = step->outputs.arrays[i].value;
        step->arrays.items[i].name = step->outputs.arrays[i].name;
        step->arrays.items[i].tensor = (struct tensor){.dtype = value->dtype, .shape = value->shape};
    }
}

struct step *steps_get(struct steps *steps, enum stage stage, int batch_size, struct error *error)
{
    for (struct step *step = steps->first; step != NULL; step = step->next)
        if (step->stage == stage && step->batch_size == batch_size)
            return step;
    struct step *step = memory_allocate(1, sizeof *step);
    step->stage = stage;
    step->batch_size = batch_size;
    step->seed = steps->options.seed;
    step->device = device_or_cpu(steps->options.device);
    step->loss_scale = steps->loss_scale;
    if (!step_build(steps, step, error)) {
        step_destroy(step);
        return NULL;
    }
    arrays_init(step);
    step->next = steps->first;
    steps->first = step;
    return step;
}

/* A step of this many threads and with parameters of its own, run on zeros: nanoseconds; INT64_MAX when it cannot be. */
static int64_t time_threads(const struct steps *steps, struct step *step, int threads)
{
    struct error ignored = ERROR_INIT;
    int64_t times[TIMED_RUNS], time = INT64_MAX;
    struct parameters *parameters = NULL;
    if (build_graph(steps, step, &ignored))
        parameters = parameters_create(step->graph, NULL, steps->options.seed, &ignored);
    struct program_options options = {.threads = threads, .choices = kernel_record_choices(steps->options.kernels)};
    if (parameters != NULL)
        step->program = program_create(step->graph, parameters, &options, &ignored);
    for (int i = -WARM_RUNS; i < TIMED_RUNS && step->program != NULL; i++) {
        int64_t start = trace_now();
        program_run(step->program);
        if (i >= 0)
            times[i] = trace_now() - start;
    }
    if (step->program != NULL) {
        qsort(times, TIMED_RUNS, sizeof *times, compare_times);
        time = times[TIMED_RUNS / 2];
    }
    program_destroy(&step->program);
    graph_destroy(&step->graph);
    parameters_destroy(&parameters);
    return time;
}

/*
 * Threads that wait for each other cost more than they gain where a step is small. Chosen by timing as kernels are, and
 * recorded with them; the number that was asked for otherwise.
 */
static void choose_threads(struct steps *steps)
{
    struct kernel_choices *choices = kernel_record_choices(steps->options.kernels);
    struct progress *progress = steps->options.progress != NULL ? steps->options.progress : &progress_silent;
    struct step trial = {.stage = steps->options.stage, .batch_size = steps->options.batch_size};
    struct error ignored = ERROR_INIT;
    struct text name = TEXT_INIT;
    int threads = steps->options.threads = steps->wanted_threads;
    bool is_host = device_is_host(device_or_cpu(steps->options.device));
    bool built =
        choices != NULL && threads > 1 && is_host && !steps->options.plan_only && build_graph(steps, &trial, &ignored);
    struct op_cost cost = built ? graph_cost(trial.graph) : (struct op_cost){0};
    if (built)
        text_format(&name, "%d threads: %s, %d nodes, %.0f operations, %.0f bytes", threads, stage_name(trial.stage),
                    graph_node_count(trial.graph), cost.flops, cost.bytes);
    graph_destroy(&trial.graph);
    if (built && cost.flops < SMALL_FLOPS) {
        kernel_record_begin(steps->options.kernels, progress);
        if (kernel_choices_find(choices, text_string(&name)) == NULL) {
            int64_t many = time_threads(steps, &trial, threads), one = time_threads(steps, &trial, 1);
            kernel_choices_set(choices, text_string(&name), one < many ? "one thread" : "all threads")->is_new = true;
        }
        if (strcmp(kernel_choices_find(choices, text_string(&name)), "one thread") == 0)
            steps->options.threads = 1;
        kernel_record_end(steps->options.kernels, progress);
    }
    text_finish(&name);
}

void steps_set_loss_scale(struct steps *steps, const float *scale)
{
    steps->loss_scale = scale;
    for (struct step *step = steps->first; step != NULL; step = step->next)
        step->loss_scale = scale;
}

int steps_threads(const struct steps *steps)
{
    return steps->options.threads;
}

static void forget_programs(struct steps *steps)
{
    while (steps->first != NULL) {
        struct step *step = steps->first;
        steps->first = step->next;
        profiler_remove_program(steps->options.profiler, step->profile);
        step_destroy(step);
    }
}

bool steps_compile_again(struct steps *steps, struct error *error)
{
    forget_programs(steps);
    choose_threads(steps);
    return steps_get(steps, steps->options.stage, steps->options.batch_size, error) != NULL;
}

void steps_destroy(struct steps **steps)
{
    struct steps *old = *steps;
    if (old == NULL)
        return;
    forget_programs(old);
    workspace_destroy(&old->workspace);
    parameters_destroy(&old->parameters);
    memory_free(old);
    *steps = NULL;
}

struct steps *steps_create(const struct steps_options *options, struct error *error)
{
    struct steps *steps = memory_allocate(1, sizeof *steps);
    steps->options = *options;
    steps->wanted_threads = options->threads;
    steps->workspace = workspace_create(options->device);
    choose_threads(steps);
    if (steps_get(steps, options->stage, options->batch_size, error) == NULL)
        steps_destroy(&steps);
    return steps;
}

struct parameters *steps_parameters(const struct steps *steps)
{
    return steps->parameters;
}

bool step_run(struct step *step, const struct batch *batch, int64_t round, bool checked, const struct node **bad,
              struct error *error)
{
    assert(batch->size == step->batch_size);
    *bad = NULL;
    const struct step_inputs besides = {.dropout_key = {(int64_t)step->seed, round}, .loss_scale = step->loss_scale};
    if (!inputs_write(step->program, step->device, step->graph, batch, &besides, error))
        return false;
    if (checked)
        *bad = program_run_checked(step->program);
    else if (step->profile != NULL)
        profile_run(step->profile);
    else
        program_run(step->program);
    return device_check(step->device, error);
}

bool step_has_loss(const struct step *step)
{
    return step->outputs.loss != NULL;
}

static double scalar_value(const struct step *step, const struct value *value)
{
    return (double)*(const float *)program_read(step->program, value);
}

double step_loss(const struct step *step)
{
    return scalar_value(step, step->outputs.loss);
}

int step_scalar_count(const struct step *step)
{
    return step->outputs.scalar_count + step_has_loss(step);
}

/* The loss is the first, where there is one. */
static const struct value *scalar_at(const struct step *step, int index)
{
    int other = index - step_has_loss(step);
    return other < 0 ? step->outputs.loss : step->outputs.scalars[other].value;
}

const char *step_scalar_name(const struct step *step, int index)
{
    int other = index - step_has_loss(step);
    return other < 0 ? "loss" : step->outputs.scalars[other].name;
}

void step_scalars(const struct step *step, struct scalars *scalars)
{
    for (int i = 0; i < step_scalar_count(step); i++)
        scalars_set(scalars, scalar_value(step, scalar_at(step, i)), "%s", step_scalar_name(step, i));
}

struct batch_scalars step_scalar_places(const struct step *step)
{
    struct batch_scalars scalars = {.count = step_scalar_count(step)};
    assert(scalars.count <= STEP_SCALARS_MAX);
    for (int i = 0; i < scalars.count; i++)
        scalars.places[i] = program_locate(step->program, scalar_at(step, i));
    return scalars;
}

const struct step_outputs *step_arrays(struct step *step)
{
    for (int i = 0; i < step->arrays.count; i++)
        step->arrays.items[i].tensor.data =
            (void *)(uintptr_t)program_read(step->program, step->outputs.arrays[i].value);
    return &step->arrays;
}

const struct graph *step_graph(const struct step *step)
{
    return step->graph;
}

const struct program *step_program(const struct step *step)
{
    return step->program;
}
