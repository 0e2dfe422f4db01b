/*
 * test_inputs.c: what a model is given of a batch is the same on a device as on the processor: for the transforms of every config,
 * and through a whole step.
 */
#include "runner/train/inputs.h"

#include <stdio.h>
#include <string.h>

#include "components/transforms/compose.h"
#include "components/transforms/random_erasing.h"
#include "engine/ops/ops.h"
#include "runner/build/bind.h"
#include "runner/build/run.h"
#include "runner/config/config.h"
#include "runner/data/loader.h"
#include "runner/train/step.h"
#include "tests/unit/data/generated_dataset.h"
#include "tests/unit/data/lanes.h"
#include "tests/unit/unit.h"

#define LENGTH 8
#define BATCH_SIZE 4
#define EPOCHS 3

/* A config's objects. */
struct setting {
    struct arena arena;
    struct config config;
    struct run *run;
};

static void setting_init(struct setting *setting, const char *name)
{
    struct error error = ERROR_INIT;
    char path[512];
    const char *paths = path;
    const struct config_request request = {.paths = &paths, .path_count = 1};
    *setting = (struct setting){.config = CONFIG_INIT};
    snprintf(path, sizeof path, "%s/configs/%s.yaml", getenv("LRUN_SOURCE_ROOT"), name);
    ck_ok(config_load(&setting->config, &request, &error) && config_check(&setting->config, &error), error);
    const struct config_node *root = setting->config.root;
    setting->run = bind_create(root->component, root, &setting->arena, &error);
    ck_ok(setting->run != NULL, error);
}

static void setting_finish(struct setting *setting)
{
    run_destroy(&setting->run);
    config_finish(&setting->config);
    arena_finish(&setting->arena);
}

/* Pictures of bytes in the place of the config's. */
static struct generated_dataset pictures(int channels, int side)
{
    struct generated_dataset dataset = generated_dataset_make(LENGTH);
    dataset.has_bytes = true;
    dataset.channels = channels;
    dataset.width = dataset.height = side;
    return dataset;
}

static struct loader *make_loader(struct device *device, struct dataset *dataset, const struct transform *transform,
                                  struct batch_layout *layout)
{
    struct error error = ERROR_INIT;
    struct loader_options options = {
        .plan = {.dataset = dataset, .transform = transform, .batch_size = BATCH_SIZE, .num_workers = 1},
        .device = device,
        .seed = 3,
        .progress = &progress_silent,
    };
    ck_ok(loader_probe(&options.plan, 3, &options.layout, &error), error);
    *layout = options.layout;
    struct loader *loader = loader_create(&options, &error);
    ck_ok(loader != NULL, error);
    return loader;
}

static const struct batch *next_batch(struct loader *loader)
{
    struct error error = ERROR_INIT;
    const struct batch *batch;
    ck_ok(loader_next(loader, &batch, &error) && batch != NULL, error);
    return batch;
}

/* A program that takes images. */
struct images {
    struct graph *graph;
    struct parameters *parameters;
    struct program *program;
    struct value *input, *output;
};

static struct images images_make(struct device *device, const struct batch_layout *layout)
{
    struct error error = ERROR_INIT;
    struct images images = {.graph = graph_create()};
    images.input = graph_input(images.graph, "images", DTYPE_F32,
                               SHAPE(BATCH_SIZE, layout->channels, layout->height, layout->width));
    images.output = scale(images.graph, images.input, -1);
    graph_keep(images.graph, images.output);
    images.parameters = parameters_create(images.graph, device, 1, &error);
    struct program_options options = {.device = device, .threads = 1};
    images.program = program_create(images.graph, images.parameters, &options, &error);
    ck_ok(images.program != NULL, error);
    return images;
}

static void images_finish(struct images *images)
{
    program_destroy(&images->program);
    parameters_destroy(&images->parameters);
    graph_destroy(&images->graph);
}

static const float *images_run(struct images *images, struct device *device, const struct batch *batch)
{
    static const struct step_inputs none;
    struct error error = ERROR_INIT;
    ck_ok(inputs_write(images->program, device, images->graph, batch, &none, &error), error);
    program_run(images->program);
    return program_read(images->program, images->output);
}

static void expect_same_images(struct dataset *dataset, const struct transform *transform, enum dtype dtype,
                               const char *name)
{
    struct batch_layout layout;
    struct device *device = lanes_create(PACE_LATE, 1);
    struct loader *near = make_loader(NULL, dataset, transform, &layout);
    struct loader *far = make_loader(device, dataset, transform, &layout);
    struct images here = images_make(device_cpu(), &layout), there = images_make(device, &layout);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        loader_start(near, epoch, 0);
        loader_start(far, epoch, 0);
        for (int i = 0; i < LENGTH / BATCH_SIZE; i++) {
            const struct batch *wanted = next_batch(near), *found = next_batch(far);
            ck_assert_int_eq(found->images.dtype, dtype);
            ck_assert_msg(memcmp(images_run(&here, device_cpu(), wanted), images_run(&there, device, found),
                                 tensor_bytes(&wanted->images)) == 0,
                          "%s: epoch %d, batch %d: images differ", name, epoch, i);
        }
    }
    images_finish(&here);
    images_finish(&there);
    loader_destroy(&near);
    loader_destroy(&far);
    lanes_destroy(&device);
}

START_TEST(test_every_configs_images_are_the_processors)
{
    static const struct {
        const char *name;
        int channels;
    } configs[] = {{"bccd_detect", 3}, {"fashion_mnist", 1}, {"quickstart", 3}, {"voc_detect", 3}};
    static const enum stage stages[] = {STAGE_TRAIN, STAGE_VALIDATE, STAGE_TEST};
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        struct setting setting;
        struct generated_dataset dataset = pictures(configs[i].channels, 37);
        setting_init(&setting, configs[i].name);
        struct data_module *data = setting.run->params.data;
        for (size_t j = 0; j < sizeof stages / sizeof *stages; j++)
            expect_same_images(&dataset.base, data->interface->plan(data, stages[j]).transform, DTYPE_U8,
                               configs[i].name);
        setting_finish(&setting);
    }
}
END_TEST

/* What erases after normalising leaves floats. */
START_TEST(test_images_that_are_floats_already_go_as_floats)
{
    static const double scale_range[] = {0.1, 0.3}, ratio[] = {0.5, 2};
    struct error error = ERROR_INIT;
    struct setting setting;
    struct generated_dataset dataset = pictures(3, 37);
    setting_init(&setting, "quickstart");
    struct data_module *data = setting.run->params.data;
    const struct random_erasing_params erasing = {.p = 0.5, .scale = {scale_range, 2}, .ratio = {ratio, 2}};
    struct transform *list[] = {(struct transform *)(uintptr_t)data->interface->plan(data, STAGE_TRAIN).transform,
                                random_erasing_create(&erasing, &error)};
    struct transform *both = compose_create(&(struct compose_params){.transforms = {list, 2}}, &error);
    expect_same_images(&dataset.base, both, DTYPE_F32, "quickstart with RandomErasing");
    transform_destroy(&list[1]);
    transform_free(both);
    setting_finish(&setting);
}
END_TEST

static struct steps *make_steps(struct model *model, struct device *device)
{
    struct error error = ERROR_INIT;
    struct steps_options options = {
        .model = model, .stage = STAGE_TRAIN, .batch_size = BATCH_SIZE, .seed = 5, .device = device, .threads = 1};
    struct steps *steps = steps_create(&options, &error);
    ck_ok(steps != NULL, error);
    return steps;
}

static double run_step(struct steps *steps, const struct batch *batch, int64_t round)
{
    struct error error = ERROR_INIT;
    const struct node *bad;
    struct step *step = steps_get(steps, STAGE_TRAIN, BATCH_SIZE, &error);
    ck_ok(step_run(step, batch, round, false, &bad, &error), error);
    return step_loss(step);
}

START_TEST(test_a_step_gives_the_processors_loss)
{
    struct error error = ERROR_INIT;
    struct setting setting;
    struct batch_layout layout;
    struct generated_dataset dataset = pictures(1, 28);
    setting_init(&setting, "fashion_mnist");
    struct data_module *data = setting.run->params.data;
    struct model *model = setting.run->params.model;
    const struct transform *transform = data->interface->plan(data, STAGE_TRAIN).transform;
    struct device *device = lanes_create(PACE_LATE, 1);
    struct loader *near = make_loader(NULL, &dataset.base, transform, &layout);
    struct loader *far = make_loader(device, &dataset.base, transform, &layout);
    const struct data_info info = {.num_classes = 10, .channels = 1, .height = 28, .width = 28};
    ck_ok(model->interface->setup(model, &info, &error), error);
    struct steps *here = make_steps(model, NULL), *there = make_steps(model, device);
    loader_start(near, 0, 0);
    loader_start(far, 0, 0);
    for (int i = 0; i < LENGTH / BATCH_SIZE; i++) {
        double wanted = run_step(here, next_batch(near), i), found = run_step(there, next_batch(far), i);
        ck_assert_double_gt(wanted, 0.1);
        ck_assert_double_eq(found, wanted);
    }
    steps_destroy(&here);
    steps_destroy(&there);
    loader_destroy(&near);
    loader_destroy(&far);
    lanes_destroy(&device);
    setting_finish(&setting);
}
END_TEST

START_TEST(test_a_batch_that_a_model_cannot_take_is_told_as_it_would_see_it)
{
    struct error error = ERROR_INIT;
    struct batch_layout layout, other;
    struct setting setting;
    struct generated_dataset dataset = pictures(3, 37);
    static const struct step_inputs none;
    setting_init(&setting, "quickstart");
    struct data_module *data = setting.run->params.data;
    struct device *device = lanes_create(PACE_LATE, 1);
    const struct transform *transform = data->interface->plan(data, STAGE_TRAIN).transform;
    struct loader *far = make_loader(device, &dataset.base, transform, &layout);
    other = layout;
    other.height = 30;
    struct images there = images_make(device, &other);
    loader_start(far, 0, 0);
    ck_assert(!inputs_write(there.program, device, there.graph, next_batch(far), &none, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
    ck_assert_str_eq(error.message, "the model takes 'images' as float32 [4, 3, 30, 128], the data gives float32 "
                                    "[4, 3, 128, 128]");
    images_finish(&there);
    loader_destroy(&far);
    lanes_destroy(&device);
    setting_finish(&setting);
}
END_TEST

UNIT_MAIN("inputs", test_every_configs_images_are_the_processors, test_images_that_are_floats_already_go_as_floats,
          test_a_step_gives_the_processors_loss, test_a_batch_that_a_model_cannot_take_is_told_as_it_would_see_it)
