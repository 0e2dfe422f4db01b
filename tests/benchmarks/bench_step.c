/*
 * bench_step.c: what a step costs, without data: forward, backward and the optimizer's update, or a validation's forward.
 *
 *     bench_step CONFIG CHANNELS SIDE STEPS train|validate [describe] [--key=value]...
 *
 * The model, the batch size, the optimizer and the precision are the config's; the batch is noise, three boxes an image.
 * Prints the median, and with `describe` the kernel of every node and how many arrays a step reorders. Fails where a
 * layer has no fast kernel. BENCH_START in the environment (seconds since 1970)
 * is when the process was started, for the time until the first step begins; with 0 steps only that is measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "components/datamodules/data_module.h"
#include "components/optimizers/optimizer.h"
#include "engine/base/memory.h"
#include "engine/graph/op.h"
#include "runner/build/bind.h"
#include "runner/build/run.h"
#include "runner/config/config.h"
#include "runner/data/collator.h"
#include "runner/train/precision.h"
#include "runner/train/step.h"
#include "runner/train/trainer_struct.h"

#define MAX_STEPS 10000
#define BOXES 3

/* What is measured. */
struct bench {
    struct arena arena;
    struct config config;
    struct run *run;
    struct kernel_record *kernels;
    struct steps *steps;
    struct step *step;
    struct collator collator;
    struct optimizer_step update;
    enum stage stage;
};

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static _Noreturn void fail(const struct bench *bench, const struct error *error)
{
    const struct report_style style = {.width = 120};
    struct text report = TEXT_INIT;
    config_report(&bench->config, &style, &report);
    fprintf(stderr, "bench_step: %s\n%s", error->message, text_string(&report));
    exit(1);
}

static bool load(struct bench *bench, const char *path, const char *const *overrides, int count, struct error *error)
{
    const struct config_request request = {
        .paths = &path, .path_count = 1, .arguments = overrides, .argument_count = (size_t)count};
    if (!config_load(&bench->config, &request, error) || !config_check(&bench->config, error))
        return false;
    bench->run = bind_create(bench->config.root->component, bench->config.root, &bench->arena, error);
    return bench->run != NULL;
}

/* Images of noise, three boxes in each, every label 1. */
static void fill_batch(struct bench *bench)
{
    struct batch *batch = &bench->collator.batch;
    float *pixels = batch->images.data, *boxes = batch->boxes.data;
    int32_t *labels = batch->labels.data, *box_labels = batch->box_labels.data, *counts = batch->box_counts.data;
    collator_begin(&bench->collator, bench->collator.capacity);
    for (int64_t i = 0; i < shape_count(&batch->images.shape); i++)
        pixels[i] = (float)(i * 2654435761 % 4096) / 2048.0F - 1;
    for (int i = 0; i < batch->size; i++) {
        labels[i] = 1;
        counts[i] = BOXES;
        for (int j = 0; j < BOXES * 4; j++)
            boxes[i * BOXES * 4 + j] = (float)(j % 4 < 2 ? 40 + j : 120 + j);
        for (int j = 0; j < BOXES; j++)
            box_labels[i * BOXES + j] = 1;
    }
}

static bool prepare(struct bench *bench, int channels, int side, struct error *error)
{
    const struct run_params *params = &bench->run->params;
    const struct data_info info = {
        .num_classes = 10, .channels = channels, .height = side, .width = side, .max_boxes = BOXES};
    const struct batch_layout layout = {channels, side, side, BOXES, true, true};
    int batch = params->data->interface->plan(params->data, STAGE_TRAIN).batch_size;
    bench->kernels = kernel_record_create(params->trainer->params.benchmark);
    const struct steps_options options = {
        .model = params->model,
        .kernels = bench->kernels,
        .stage = bench->stage,
        .batch_size = batch,
        .seed = 1,
        .threads = params->trainer->params.num_threads,
        .types = precision_types(params->trainer->params.precision),
    };
    if (!precision_check(params->trainer->params.precision, error) ||
        !params->model->interface->setup(params->model, &info, error))
        return false;
    bench->steps = steps_create(&options, error);
    if (bench->steps == NULL)
        return false;
    bench->step = steps_get(bench->steps, bench->stage, batch, error);
    struct parameters *parameters = steps_parameters(bench->steps);
    const char *const *states = params->optimizer->interface->state_names(params->optimizer);
    bench->update = (struct optimizer_step){
        .arrays = {.parameters = parameters_values(parameters),
                   .gradients = parameters_gradients(parameters),
                   .count = parameters_flat_count(parameters)},
        .learning_rate = params->optimizer->interface->learning_rate(params->optimizer),
        .momentum = -1,
        .gradient_scale = 1,
    };
    enum dtype dtype = bench->update.arrays.parameters.dtype;
    size_t bytes = (size_t)bench->update.arrays.count * dtype_size(dtype);
    for (int i = 0; states[i] != NULL && bench->stage == STAGE_TRAIN; i++)
        bench->update.arrays.states[i] = (struct numbers){memory_allocate_large(bytes, "a state", error), dtype};
    if (!collator_init(&bench->collator, &layout, batch, error))
        return false;
    fill_batch(bench);
    return true;
}

static double run_step(struct bench *bench, struct error *error)
{
    const struct optimizer *optimizer = bench->run->params.optimizer;
    const struct node *bad;
    double start = now(CLOCK_MONOTONIC);
    if (!step_run(bench->step, &bench->collator.batch, bench->update.step, false, &bad, error))
        fail(bench, error);
    if (bench->stage == STAGE_TRAIN)
        optimizer->interface->step(optimizer, &bench->update);
    bench->update.step++;
    return now(CLOCK_MONOTONIC) - start;
}

static void measure(struct bench *bench, int steps, double first, struct error *error)
{
    static double seconds[MAX_STEPS];
    struct rusage usage;
    for (int i = 0; i < steps; i++)
        seconds[i] = run_step(bench, error);
    getrusage(RUSAGE_SELF, &usage);
    qsort(seconds, (size_t)steps, sizeof *seconds, compare_doubles);
    const struct memory_report memory = program_memory(step_program(bench->step));
    double gflops = graph_cost(step_graph(bench->step)).flops * 1e-9;
    printf("loss %g, best %.2f ms, arena %.0f MiB\n", step_has_loss(bench->step) ? step_loss(bench->step) : 0,
           seconds[0] * 1e3, (double)(memory.activations + memory.scratch) / 1048576);
    printf("ms %.3f gflops %.1f peak_mib %.0f first_s %.3f\n", seconds[steps / 2] * 1e3, gflops / seconds[steps / 2],
           (double)usage.ru_maxrss / 1024, first);
}

static void finish(struct bench *bench)
{
    for (int i = 0; i < OPTIMIZER_MAX_STATES; i++)
        memory_free_large(bench->update.arrays.states[i].data);
    collator_finish(&bench->collator);
    steps_destroy(&bench->steps);
    kernel_record_destroy(&bench->kernels);
    run_destroy(&bench->run);
    config_finish(&bench->config);
    arena_finish(&bench->arena);
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    struct bench bench = {.config = CONFIG_INIT};
    int steps = argc > 5 ? atoi(argv[4]) : -1;
    if (steps < 0 || steps > MAX_STEPS)
        return fprintf(stderr, "bench_step: CONFIG CHANNELS SIDE STEPS train|validate [describe] [--key=value]...\n"),
               2;
    bool describe = argc > 6 && strcmp(argv[6], "describe") == 0;
    int rest = describe ? 7 : 6;
    bench.stage = strcmp(argv[5], "train") == 0 ? STAGE_TRAIN : STAGE_VALIDATE;
    if (!load(&bench, argv[1], (const char *const *)argv + rest, argc - rest, &error) ||
        !prepare(&bench, atoi(argv[2]), atoi(argv[3]), &error))
        fail(&bench, &error);
    if (describe) {
        struct text text = TEXT_INIT;
        program_describe(step_program(bench.step), &text);
        puts(text_string(&text));
        text_finish(&text);
        printf("reorders %d\n", program_count_reorders(step_program(bench.step)));
    }
    const struct node *slow = program_find_slow_node(step_program(bench.step), 0);
    if (slow != NULL)
        return fprintf(stderr, "bench_step: '%s' is computed by plain loops\n", slow->name), 1;
    const char *started = getenv("BENCH_START");
    double first = started != NULL ? now(CLOCK_REALTIME) - strtod(started, NULL) : 0;
    if (steps == 0)
        printf("first_s %.3f\n", first);
    else
        measure(&bench, steps, first, &error);
    finish(&bench);
    return 0;
}
