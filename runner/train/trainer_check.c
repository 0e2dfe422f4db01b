/* trainer_check.c: what fit would build, without its data: for `lrun check`. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/ops/arrays/all_reduce.h"
#include "runner/data/loader.h"
#include "runner/train/accelerator.h"
#include "runner/train/precision.h"
#include "runner/train/step.h"
#include "runner/train/summary.h"
#include "runner/train/trainer_struct.h"

/* A picture of a usual size stands for those that have not been read. */
#define STANDIN_WIDTH 640
#define STANDIN_HEIGHT 480
#define STANDIN_BOXES 64
/* Random transforms take more memory for some samples than for others. */
#define MEMORY_DRAWS 16

static bool standin_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error)
{
    (void)dataset;
    (void)index;
    struct image image;
    if (!image_init(&image, STANDIN_WIDTH, STANDIN_HEIGHT, 3, DTYPE_U8, sample->arena, error))
        return false;
    memset(image.bytes, 128, image_count(&image));
    sample->name = "stand-in";
    sample_set_image(sample, &image);
    sample->label = 0;
    sample->boxes.items = arena_allocate(sample->arena, 1, sizeof *sample->boxes.items);
    sample->boxes.items[0] = (struct box){{160, 120, 480, 360}, 1, false, false};
    sample->boxes.count = 1;
    return true;
}

static const struct dataset_interface standin_interface = {.read = standin_read};

/* How training samples are made of the stand-in. */
static struct loader_plan standin_plan(const struct run_parts *parts, enum stage stage, struct dataset *standin)
{
    struct loader_plan plan = parts->data->interface->plan(parts->data, stage);
    *standin = (struct dataset){.interface = &standin_interface, .info = {.length = 1, .max_boxes = STANDIN_BOXES}};
    plan.dataset = standin;
    return plan;
}

/* The images' size, as the training transforms make it of the stand-in. */
static bool find_info(const struct run_parts *parts, struct batch_layout *layout, struct data_info *info,
                      struct error *error)
{
    struct dataset standin;
    struct loader_plan plan = standin_plan(parts, STAGE_TRAIN, &standin);
    if (!loader_probe(&plan, parts->seed, layout, error))
        return false;
    layout->has_boxes = true;
    *info = (struct data_info){
        .channels = layout->channels, .height = layout->height, .width = layout->width, .max_boxes = STANDIN_BOXES};
    if (!parts->data->interface->classes(parts->data, &info->class_names, &info->num_classes))
        info->num_classes = 0;
    return true;
}

static int stage_batch_size(const struct run_parts *parts, enum stage stage)
{
    return parts->data->interface->plan(parts->data, stage).batch_size;
}

static bool validates(const struct trainer *trainer, const struct run_parts *parts)
{
    return trainer->params.limit_val_batches.number > 0 &&
           parts->data->interface->plan(parts->data, STAGE_VALIDATE).dataset != NULL;
}

static void add_stage_data(struct footprint *footprint, const struct run_parts *parts, enum stage stage,
                           const struct batch_layout *layout, const struct device *device)
{
    struct dataset standin;
    struct loader_plan plan = standin_plan(parts, stage, &standin);
    footprint->data +=
        loader_batch_bytes(&plan, layout, device) + loader_sample_bytes(&plan, parts->seed, MEMORY_DRAWS);
    footprint->copies += loader_copy_bytes(&plan, layout, device);
}

/* Memory of this process that is backed now. */
static size_t resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Programs that take turns share the memory of what neither keeps. */
static void add_program(struct memory_report *report, const struct memory_report *other)
{
    report->inputs += other->inputs;
    if (other->activations + other->scratch <= report->activations + report->scratch)
        return;
    report->activations = other->activations;
    report->activations_unplanned = other->activations_unplanned;
    report->scratch = other->scratch;
}

static size_t optimizer_bytes(const struct run_parts *parts, size_t parameter_bytes)
{
    size_t states = 0;
    if (parts->optimizer != NULL)
        while (parts->optimizer->interface->state_names(parts->optimizer)[states] != NULL)
            states++;
    return states * parameter_bytes;
}

/* Several devices add up gradients, and each has loaders of its own. */
static void add_replicas(struct footprint *footprint)
{
    int64_t count = (int64_t)(footprint->programs.gradients / sizeof(float));
    footprint->accumulated += all_reduce_room_bytes(count, footprint->devices, DTYPE_F32);
    footprint->data *= (size_t)footprint->devices;
}

/* What fit will hold; the programs are made for it, so that what their kernels take of the process is there. */
static bool measure(const struct trainer *trainer, const struct run_parts *parts, struct steps *steps,
                    const struct batch_layout *layout, struct footprint *footprint, struct error *error)
{
    const struct device *device = device_planned(accelerator_backend(&trainer->params));
    struct step *step = steps_get(steps, STAGE_TRAIN, stage_batch_size(parts, STAGE_TRAIN), error);
    if (step == NULL)
        return false;
    *footprint = (struct footprint){.programs = program_memory(step_program(step))};
    add_stage_data(footprint, parts, STAGE_TRAIN, layout, device);
    if (validates(trainer, parts)) {
        step = steps_get(steps, STAGE_VALIDATE, stage_batch_size(parts, STAGE_VALIDATE), error);
        if (step == NULL)
            return false;
        struct memory_report report = program_memory(step_program(step));
        add_program(&footprint->programs, &report);
        add_stage_data(footprint, parts, STAGE_VALIDATE, layout, device);
    }
    footprint->optimizer = optimizer_bytes(parts, footprint->programs.parameters);
    if (trainer->params.accumulate_grad_batches > 1)
        footprint->accumulated = footprint->programs.gradients;
    footprint->devices = accelerator_count(&trainer->params);
    if (footprint->devices > 1)
        add_replicas(footprint);
    footprint->cache = (size_t)parts->data->interface->plan(parts->data, STAGE_TRAIN).cache_bytes;
    footprint->process = resident_bytes();
    return true;
}

/* The GPU itself where there is one, as its libraries know what they will want; else one that is planned for. */
static struct device *plan_device(const struct trainer_params *params)
{
    struct text ignored = TEXT_INIT;
    struct error why = ERROR_INIT;
    struct device *device = NULL;
    if (accelerator_backend(params) != BACKEND_CPU)
        device = accelerator_open(params, &ignored, &why);
    text_finish(&ignored);
    return device != NULL ? device : device_planned(accelerator_backend(params));
}

/* As fit: a GPU that nobody demanded and that cannot compute the model gives way to the processor. */
static struct steps *plan_steps(const struct trainer_params *params, struct steps_options *options, struct text *text,
                                struct error *error)
{
    struct steps *steps = steps_create(options, error);
    if (steps != NULL || params->accelerator != ACCELERATOR_AUTO || options->device->backend == BACKEND_CPU ||
        error->code != ERROR_CONFIG)
        return steps;
    text_format(text, "\ntraining on the processor: %s\n", error->message);
    error_clear(error);
    options->device = device_cpu();
    options->arithmetic = precision_arithmetic(params, options->device);
    return precision_check(params, options->device, error) ? steps_create(options, error) : NULL;
}

bool trainer_check(struct trainer *trainer, const struct run_parts *parts, struct text *text, struct error *error)
{
    struct batch_layout layout;
    struct data_info info;
    int batch_size = stage_batch_size(parts, STAGE_TRAIN);
    if (!find_info(parts, &layout, &info, error) || !parts->model->interface->setup(parts->model, &info, error) ||
        !summary_format_layers(parts->model, STAGE_TRAIN, batch_size, 0, text, error))
        return false;
    struct device *device = plan_device(&trainer->params);
    struct steps_options options = {
        .device = device,
        .model = parts->model,
        .stage = STAGE_TRAIN,
        .batch_size = batch_size,
        .seed = parts->seed,
        .threads = trainer->params.num_threads,
        .arithmetic = precision_arithmetic(&trainer->params, device),
        .recomputed = trainer->params.activation_checkpointing,
        .recomputed_marks = parts->stage_marks,
        .may_vary = !trainer->params.deterministic,
        .plan_only = true,
    };
    struct steps *steps = plan_steps(&trainer->params, &options, text, error);
    enum backend backend = options.device->backend;
    struct footprint footprint;
    bool ok = steps != NULL && measure(trainer, parts, steps, &layout, &footprint, error);
    footprint.device = options.device->facts;
    if (ok) {
        text_append_char(text, '\n');
        precision_describe(&trainer->params, options.device, text);
        summary_format_memory(&footprint, backend, text);
    }
    steps_destroy(&steps);
    device_close(&device);
    return ok;
}
