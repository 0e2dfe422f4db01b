/* trainer_check.c: what fit would build, without its data: for `lrun check`. */
#include <string.h>
#include <unistd.h>

#include "runner/data/loader.h"
#include "runner/train/precision.h"
#include "runner/train/step.h"
#include "runner/train/summary.h"
#include "runner/train/trainer_struct.h"

/* A picture of PASCAL VOC's usual size stands for those that have not been read. */
#define STANDIN_WIDTH 500
#define STANDIN_HEIGHT 375
#define STANDIN_BOXES 64

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
    sample->boxes.items[0] = (struct box){{100, 75, 400, 300}, 1, false, false};
    sample->boxes.count = 1;
    return true;
}

/* The images' size, as the training transforms make it of the stand-in. */
static bool find_info(const struct run_parts *parts, struct loader_plan *plan, struct data_info *info,
                      struct error *error)
{
    static const struct dataset_interface interface = {.read = standin_read};
    struct dataset standin = {.interface = &interface, .info = {.length = 1, .max_boxes = STANDIN_BOXES}};
    struct batch_layout layout;
    *plan = parts->data->interface->plan(parts->data, STAGE_TRAIN);
    struct loader_plan probe = *plan;
    probe.dataset = &standin;
    if (!loader_probe(&probe, parts->seed, &layout, error))
        return false;
    *info = (struct data_info){
        .channels = layout.channels, .height = layout.height, .width = layout.width, .max_boxes = STANDIN_BOXES};
    if (!parts->data->interface->classes(parts->data, &info->class_names, &info->num_classes))
        info->num_classes = 0;
    return true;
}

static size_t optimizer_bytes(const struct run_parts *parts, size_t parameter_bytes)
{
    size_t states = 0;
    if (parts->optimizer != NULL)
        while (parts->optimizer->interface->state_names(parts->optimizer)[states] != NULL)
            states++;
    return states * parameter_bytes;
}

bool trainer_check(struct trainer *trainer, const struct run_parts *parts, struct text *text, struct error *error)
{
    struct loader_plan plan;
    struct data_info info;
    if (!find_info(parts, &plan, &info, error) || !parts->model->interface->setup(parts->model, &info, error) ||
        !summary_format_layers(parts->model, STAGE_TRAIN, plan.batch_size, 0, text, error))
        return false;
    struct steps_options options = {
        .model = parts->model,
        .stage = STAGE_TRAIN,
        .batch_size = plan.batch_size,
        .seed = parts->seed,
        .threads = trainer->params.num_threads,
        .types = precision_types(trainer->params.precision),
        .plan_only = true,
    };
    struct steps *steps = steps_create(&options, error);
    if (steps == NULL)
        return false;
    struct memory_report report = program_memory(step_program(steps_get(steps, STAGE_TRAIN, plan.batch_size, error)));
    text_append_char(text, '\n');
    precision_describe(trainer->params.precision, text);
    summary_format_memory(&report, optimizer_bytes(parts, report.parameters), text);
    steps_destroy(&steps);
    return true;
}
