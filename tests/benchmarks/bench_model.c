/* bench_model.c: a config's model with its optimizer, ready to step. */
#include "tests/benchmarks/bench_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "components/datamodules/data_module.h"
#include "runner/build/bind.h"
#include "runner/train/accelerator.h"
#include "runner/train/precision.h"
#include "runner/train/trainer_struct.h"

#define BOXES 3

double bench_now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int bench_compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

_Noreturn void bench_fail(const struct bench *bench, const struct error *error)
{
    const struct report_style style = {.width = 120};
    struct text report = TEXT_INIT;
    config_report(&bench->config, &style, &report);
    fprintf(stderr, "%s\n%s", error->message, text_string(&report));
    exit(1);
}

bool bench_load(struct bench *bench, const char *path, const char *const *overrides, int count, struct error *error)
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
    size_t rows = (size_t)bench->collator.layout.max_boxes;
    int boxes_each = rows < BOXES ? (int)rows : BOXES;
    int32_t *labels = batch->labels.data, *box_labels = batch->box_labels.data, *counts = batch->box_counts.data;
    collator_begin(&bench->collator, bench->collator.capacity);
    for (int64_t i = 0; i < shape_count(&batch->images.shape); i++)
        pixels[i] = (float)(i * 2654435761 % 4096) / 2048.0F - 1;
    for (int i = 0; i < batch->size && batch->labels.data != NULL; i++)
        labels[i] = 1;
    for (int i = 0; i < batch->size && batch->boxes.data != NULL; i++) {
        counts[i] = boxes_each;
        for (int j = 0; j < boxes_each * 4; j++)
            boxes[(size_t)i * rows * 4 + (size_t)j] = (float)(j % 4 < 2 ? 40 + j : 120 + j);
        for (int j = 0; j < boxes_each; j++)
            box_labels[(size_t)i * rows + (size_t)j] = 1;
    }
}

static bool open_device(struct bench *bench, struct error *error)
{
    struct text note = TEXT_INIT;
    bench->device = accelerator_open(&bench->run->params.trainer->params, &note, error);
    fputs(text_string(&note), stderr);
    text_finish(&note);
    if (bench->device != NULL && !device_is_host(bench->device))
        bench->free_memory = bench_free_memory(bench);
    return bench->device != NULL;
}

/* The optimizer's arrays: the parameters and what it keeps of them. */
static bool prepare_update(struct bench *bench, struct error *error)
{
    const struct optimizer *optimizer = bench->run->params.optimizer;
    struct parameters *parameters = steps_parameters(bench->steps);
    const char *const *states = optimizer->interface->state_names(optimizer);
    bench->update = (struct optimizer_step){
        .arrays = {.device = bench->device,
                   .parameters = parameters_values(parameters),
                   .gradients = parameters_gradients(parameters),
                   .count = parameters_flat_count(parameters)},
        .learning_rate = optimizer->interface->learning_rate(optimizer),
        .momentum = -1,
    };
    enum dtype dtype = bench->update.arrays.parameters.dtype;
    size_t bytes = (size_t)bench->update.arrays.count * dtype_size(dtype);
    for (int i = 0; states[i] != NULL && bench->stage == STAGE_TRAIN; i++) {
        struct numbers *state = &bench->update.arrays.states[i];
        *state = (struct numbers){device_allocate(bench->device, bytes, "optimizer states", error), dtype};
        if (state->data == NULL)
            return false;
    }
    return true;
}

bool bench_prepare(struct bench *bench, const struct batch_layout *layout, struct error *error)
{
    const struct run_params *params = &bench->run->params;
    const struct data_info info = {.num_classes = 10,
                                   .channels = layout->channels,
                                   .height = layout->height,
                                   .width = layout->width,
                                   .max_boxes = layout->max_boxes};
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int batch = params->data->interface->plan(params->data, STAGE_TRAIN).batch_size;
    if (!open_device(bench, error))
        return false;
    bench->kernels = kernel_record_create(params->trainer->params.benchmark, bench->device);
    const struct steps_options options = {
        .model = params->model,
        .kernels = bench->kernels,
        .stage = bench->stage,
        .batch_size = batch,
        .seed = 1,
        .device = bench->device,
        .threads = params->trainer->params.num_threads > 0 ? params->trainer->params.num_threads : cores,
        .arithmetic = precision_arithmetic(&params->trainer->params, bench->device),
        .recomputed = params->trainer->params.activation_checkpointing,
    };
    if (!precision_check(&params->trainer->params, bench->device, error) ||
        !params->model->interface->setup(params->model, &info, error))
        return false;
    bench->steps = steps_create(&options, error);
    if (bench->steps == NULL)
        return false;
    bench->step = steps_get(bench->steps, bench->stage, batch, error);
    if (!prepare_update(bench, error))
        return false;
    if (!collator_init(&bench->collator, layout, batch, bench->device, error))
        return false;
    fill_batch(bench);
    return true;
}

void bench_run_step(struct bench *bench, const struct batch *batch)
{
    const struct optimizer *optimizer = bench->run->params.optimizer;
    const struct node *bad;
    struct error error = ERROR_INIT;
    if (!step_run(bench->step, batch, bench->update.step, false, &bad, &error))
        bench_fail(bench, &error);
    if (bench->stage == STAGE_TRAIN)
        optimizer->interface->step(optimizer, &bench->update);
    bench->update.step++;
}

void bench_wait(struct bench *bench)
{
    struct error error = ERROR_INIT;
    device_synchronize(bench->device);
    if (!device_check(bench->device, &error))
        bench_fail(bench, &error);
}

double bench_time_steps(struct bench *bench, const struct batch *batch, int count)
{
    double start = bench_now(CLOCK_MONOTONIC);
    for (int i = 0; i < count; i++)
        bench_run_step(bench, batch);
    bench_wait(bench);
    return (bench_now(CLOCK_MONOTONIC) - start) / count;
}

size_t bench_free_memory(const struct bench *bench)
{
    struct device_facts facts;
    struct error error = ERROR_INIT;
    if (!device_describe(bench->device->backend, 0, &facts, &error))
        bench_fail(bench, &error);
    return facts.free_memory;
}

void bench_finish(struct bench *bench)
{
    for (int i = 0; i < OPTIMIZER_MAX_STATES; i++)
        device_release(bench->device, bench->update.arrays.states[i].data);
    collator_finish(&bench->collator);
    steps_destroy(&bench->steps);
    kernel_record_destroy(&bench->kernels);
    device_close(&bench->device);
    run_destroy(&bench->run);
    config_finish(&bench->config);
    arena_finish(&bench->arena);
}
