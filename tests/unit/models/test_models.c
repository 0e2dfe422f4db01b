/*
 * test_models.c: with the same weights and batch, models compute what PyTorch's do: losses, every gradient, running
 * statistics, outputs. Weights are a formula of their names (tests/fixtures/make_models.py computes the same).
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/backbones/mobilenet_v3.h"
#include "components/backbones/resnet.h"
#include "components/backbones/simple_cnn.h"
#include "components/backbones/ssd_lite_mobilenet_v3.h"
#include "components/backbones/ssd_vgg16.h"
#include "components/models/default_boxes.h"
#include "components/models/image_classifier.h"
#include "components/models/ssd.h"
#include "components/models/ssd_lite.h"
#include "engine/base/memory.h"
#include "engine/graph/program.h"
#include "tests/unit/unit.h"

/* Relative, of losses, scores and boxes. */
#define TOLERANCE 1e-4

/*
 * Relative, of gradients and running statistics. Looser where float32 does not tell them better (PyTorch's own differ from
 * those in float64 by 1e-3): where images are large and nothing keeps relus from zero, and where a normalisation sees eight
 * pixels only.
 */
static double gradient_tolerance = TOLERANCE;
#define VGG_TOLERANCE 2e-3
#define LITE_TOLERANCE 2e-2

/*
 * A bfloat16 has 8 binary digits: each is off by up to 2^-9, and PyTorch's and ours are off in other places (the order of
 * sums, where a sum is rounded). In a gradient the errors of all layers behind it come together.
 */
#define HALF_LOSS_TOLERANCE 4e-3
#define HALF_TOLERANCE 8e-2

/* A gradient whose norm is below this is none: the next normalisation takes the bias out, and what is left is rounding. */
#define NO_GRADIENT 1e-5

#define MAX_BOXES 7

/* For the next model: what ends a residual branch, for weights that keep relus away from zero (see make_models.py); or NULL. */
static const char *last_normalization;

/* A model compiled for one stage, with its weights filled by the formula. */
struct machine {
    struct model *model;
    struct graph *graph;
    struct parameters *parameters;
    struct program *program;
    struct model_outputs outputs;
};

static uint32_t name_hash(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

/* Number `index` of an array, in [-1, 1). */
static double uniform_at(uint32_t seed, int64_t index)
{
    uint32_t x = (uint32_t)index * 2654435761u + seed;
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    x = (x ^ (x >> 13)) * 0xC2B2AE35u;
    x ^= x >> 16;
    return x / 2147483648.0 - 1;
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

static bool belongs_to(const char *name, const char *layer, const char *kind)
{
    char end[64];
    snprintf(end, sizeof end, "%s.%s", layer, kind);
    return ends_with(name, end);
}

/* What make_models.py's margin says. */
static double margin_of(const char *name, double u)
{
    if (belongs_to(name, last_normalization, "bias"))
        return 1;
    if (ends_with(name, "downsample.1.bias"))
        return 4;
    if (strncmp(name, "bn", 2) != 0 && strstr(name, ".bn") == NULL)
        return 0;
    return u < 0 ? -4 : 4;
}

static double weight_at(const struct parameter *parameter, uint32_t seed, int64_t index)
{
    const struct shape *shape = &parameter->tensor.shape;
    const char *name = parameter->name;
    double u = uniform_at(seed, index);
    if (shape->rank > 1)
        return u * sqrt(6.0 * (double)shape->size[0] / (double)shape_count(shape)) *
               (last_normalization != NULL && strncmp(name, "head.", 5) == 0 ? 0.02 : 1);
    if (ends_with(name, "running_var"))
        return 1.5 + 0.5 * u;
    if (ends_with(name, "running_mean"))
        return 0.1 * u;
    if (ends_with(name, "bias"))
        return 0.1 * u + (last_normalization != NULL ? margin_of(name, u) : 0);
    bool ends_branch = last_normalization != NULL && belongs_to(name, last_normalization, "weight");
    return (1 + 0.1 * u) * (ends_branch ? 0.25 : 1);
}

static void weights_fill(struct parameters *parameters)
{
    for (int i = 0; i < parameters_count(parameters); i++) {
        const struct parameter *parameter = parameters_get(parameters, i);
        uint32_t seed = name_hash(parameter->name);
        float *values = parameter->tensor.data;
        for (int64_t j = 0; parameter->tensor.dtype == DTYPE_F32 && j < shape_count(&parameter->tensor.shape); j++)
            values[j] = (float)weight_at(parameter, seed, j);
    }
}

/* What machines compute in. */
static struct number_types types;

static struct machine machine_make(struct model *model, const struct data_info *data, enum stage stage, int batch_size,
                                   bool reference)
{
    struct machine machine = {.model = model, .graph = graph_create()};
    struct error error = ERROR_INIT;
    struct program_options options = {.threads = 2, .reference = reference};
    graph_set_types(machine.graph, &types);
    ck_ok(model->interface->setup(model, data, &error), error);
    model->interface->build(model, machine.graph, stage, batch_size, &machine.outputs);
    ck_ok(graph_check(machine.graph, &error), error);
    if (stage == STAGE_TRAIN)
        graph_differentiate(machine.graph, machine.outputs.loss);
    machine.parameters = parameters_create(machine.graph, NULL, 1, &error);
    ck_ok(machine.parameters != NULL, error);
    machine.program = program_create(machine.graph, machine.parameters, &options, &error);
    ck_ok(machine.program != NULL, error);
    weights_fill(machine.parameters);
    return machine;
}

static void machine_finish(struct machine *machine)
{
    program_destroy(&machine->program);
    parameters_destroy(&machine->parameters);
    graph_destroy(&machine->graph);
}

static void *input_find(const struct machine *machine, const char *name)
{
    const struct value *input = graph_find_input(machine->graph, name);
    return input != NULL ? program_data(machine->program, input) : NULL;
}

static void images_fill(const struct machine *machine)
{
    const struct value *images = graph_find_input(machine->graph, "images");
    float *pixels = program_data(machine->program, images);
    for (int64_t i = 0; i < shape_count(&images->shape); i++)
        pixels[i] = (float)uniform_at(name_hash("pictures"), i);
}

static json_t *expected_load(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/fixtures/models/%s.json", getenv("LRUN_SOURCE_ROOT"), name);
    json_t *expected = json_load_file(path, 0, NULL);
    ck_assert_msg(expected != NULL, "cannot read %s", path);
    return expected;
}

static double number_at(const json_t *array, size_t index)
{
    ck_assert(json_is_number(json_array_get(array, index)));
    return json_number_value(json_array_get(array, index));
}

/* An array against its norm and three elements. Elements may be off by a share of the typical one. */
static void check_summary(const char *name, const float *values, int64_t count, const json_t *expected)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)values[i] * values[i];
    double norm = number_at(expected, 0), typical = norm / sqrt((double)count);
    if (norm < NO_GRADIENT) {
        ck_assert_msg(sqrt(sum) < NO_GRADIENT, "%s: wanted no gradient, found a norm of %g", name, sqrt(sum));
        return;
    }
    ck_assert_msg(fabs(sqrt(sum) - norm) <= gradient_tolerance * norm, "%s: wanted a norm of %g, found %g", name, norm,
                  sqrt(sum));
    const int64_t picks[] = {0, count / 2, count - 1};
    for (size_t i = 0; i < 3; i++) {
        double wanted = number_at(expected, i + 1), found = values[picks[i]];
        ck_assert_msg(fabs(found - wanted) <= gradient_tolerance * (fabs(wanted) + 10 * typical),
                      "%s[%lld]: wanted %g, found %g (typical: %g)", name, (long long)picks[i], wanted, found, typical);
    }
}

static void check_scalar(const struct machine *machine, const struct value *value, const json_t *expected)
{
    double found = *(const float *)program_data(machine->program, value), wanted = json_number_value(expected);
    double tolerance = types.narrow == DTYPE_BF16 ? HALF_LOSS_TOLERANCE : TOLERANCE;
    ck_assert_msg(fabs(found - wanted) <= tolerance * fabs(wanted), "%s: wanted %g, found %g", value->name, wanted,
                  found);
}

static void check_training(const struct machine *machine, const json_t *expected)
{
    check_scalar(machine, machine->outputs.loss, json_object_get(expected, "loss"));
    json_t *gradients = json_object_get(expected, "gradients"), *buffers = json_object_get(expected, "buffers");
    size_t seen = 0;
    for (int i = 0; i < parameters_count(machine->parameters); i++) {
        const struct parameter *parameter = parameters_get(machine->parameters, i);
        if (!parameter->trained && parameter->tensor.dtype == DTYPE_I64) {
            ck_assert_int_eq(*(const int64_t *)parameter->tensor.data, 1);
            continue;
        }
        const struct tensor *tensor = parameter->trained ? &parameter->gradient : &parameter->tensor;
        const json_t *wanted = json_object_get(parameter->trained ? gradients : buffers, parameter->name);
        ck_assert_msg(wanted != NULL, "PyTorch has no '%s'", parameter->name);
        check_summary(parameter->name, tensor->data, shape_count(&tensor->shape), wanted);
        seen++;
    }
    ck_assert_uint_eq(seen, json_object_size(gradients) + json_object_size(buffers));
}

static void check_classifier(struct backbone *backbone, const char *name, int size, bool reference)
{
    static const int32_t labels[] = {0, 3, 6, 2};
    struct data_info data = {.num_classes = 7, .channels = 3, .height = size, .width = size};
    struct image_classifier_params params = {.backbone = backbone, .label_smoothing = 0.1, .strict = true};
    struct error error = ERROR_INIT;
    struct model *model = image_classifier_create(&params, &error);
    json_t *expected = expected_load(name);

    struct machine machine = machine_make(model, &data, STAGE_TRAIN, 4, reference);
    images_fill(&machine);
    memcpy(input_find(&machine, "labels"), labels, sizeof labels);
    program_run(machine.program);
    check_training(&machine, expected);
    machine_finish(&machine);

    machine = machine_make(model, &data, STAGE_PREDICT, 4, reference);
    images_fill(&machine);
    program_run(machine.program);
    const float *logits = program_data(machine.program, machine.outputs.arrays[0].value);
    for (size_t i = 0; i < 28; i++)
        ck_assert_double_eq_tol(logits[i], number_at(json_array_get(json_object_get(expected, "logits"), i / 7), i % 7),
                                10 * TOLERANCE);
    machine_finish(&machine);
    json_decref(expected);
    model_destroy(&model);
    last_normalization = NULL;
}

START_TEST(test_simple_cnn_computes_what_pytorch_does)
{
    static const int64_t channels[] = {8, 16, 32};
    struct error error = ERROR_INIT;
    for (int reference = 0; reference < 2; reference++) {
        struct simple_cnn_params params = {.channels = {channels, 3}};
        check_classifier(simple_cnn_create(&params, &error), "simple_cnn", 64, reference == 1);
    }
}
END_TEST

START_TEST(test_resnet18_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    check_classifier(resnet18_create(&(struct resnet18_params){false}, &error), "resnet18", 64, false);
}
END_TEST

START_TEST(test_resnet34_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    last_normalization = "bn2";
    check_classifier(resnet34_create(&(struct resnet34_params){false}, &error), "resnet34", 64, false);
}
END_TEST

START_TEST(test_resnet50_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    last_normalization = "bn3";
    check_classifier(resnet50_create(&(struct resnet50_params){false}, &error), "resnet50", 64, false);
}
END_TEST

START_TEST(test_mobilenet_v3_computes_what_pytorch_does)
{
    struct error error = ERROR_INIT;
    check_classifier(mobilenet_v3_large_create(&(struct mobilenet_v3_large_params){false, 0}, &error),
                     "mobilenet_v3_large", 64, false);
    check_classifier(mobilenet_v3_small_create(&(struct mobilenet_v3_small_params){false, 0}, &error),
                     "mobilenet_v3_small", 64, false);
}
END_TEST

/* Training as PyTorch does it under autocast in bfloat16; by the reference too, which is bfloat16's where nothing is faster. */
static void check_half(struct backbone *backbone, const char *name, bool reference)
{
    static const int32_t labels[] = {0, 3, 6, 2};
    struct data_info data = {.num_classes = 7, .channels = 3, .height = 64, .width = 64};
    struct image_classifier_params params = {.backbone = backbone, .label_smoothing = 0.1, .strict = true};
    struct error error = ERROR_INIT;
    struct model *model = image_classifier_create(&params, &error);
    json_t *expected = expected_load(name);
    types.narrow = DTYPE_BF16;
    gradient_tolerance = HALF_TOLERANCE;
    struct machine machine = machine_make(model, &data, STAGE_TRAIN, 4, reference);
    images_fill(&machine);
    memcpy(input_find(&machine, "labels"), labels, sizeof labels);
    program_run(machine.program);
    check_training(&machine, expected);
    machine_finish(&machine);
    json_decref(expected);
    model_destroy(&model);
    types = (struct number_types){0};
    gradient_tolerance = TOLERANCE;
    last_normalization = NULL;
}

START_TEST(test_bfloat16_trains_as_under_autocast)
{
    static const int64_t channels[] = {8, 16, 32};
    struct error error = ERROR_INIT;
    for (int reference = 0; reference < 2; reference++) {
        struct simple_cnn_params params = {.channels = {channels, 3}};
        check_half(simple_cnn_create(&params, &error), "simple_cnn_bf16", reference == 1);
    }
    last_normalization = "bn2";
    check_half(resnet18_create(&(struct resnet18_params){false}, &error), "resnet18_bf16", false);
}
END_TEST

static const double scales[] = {0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05};
static const double ratios[] = {2, 3};
static const int64_t ratios_per_map[] = {1, 2, 2, 2, 1, 1};

static struct ssd_params ssd_default_params(int extra_maps)
{
    struct error error = ERROR_INIT;
    size_t maps = 3 + (size_t)extra_maps;
    return (struct ssd_params){
        .backbone = resnet18_create(&(struct resnet18_params){false}, &error),
        .backbone_maps = 3,
        .extra_maps = extra_maps,
        .extra_channels = 256,
        .scales = {scales, maps + 1},
        .aspect_ratios = {ratios, 2},
        .ratios_per_map = {ratios_per_map, maps},
        .score_thresh = 0.01,
        .nms_thresh = 0.45,
        .detections_per_img = 200,
        .iou_thresh = 0.5,
        .topk_candidates = 400,
        .positive_fraction = 0.25,
        .strict = true,
    };
}

/* The boxes of the fixture; box i of an image is of class i % 3. */
static void boxes_fill(const struct machine *machine, const json_t *images)
{
    float(*boxes)[MAX_BOXES][4] = input_find(machine, "boxes");
    int32_t(*labels)[MAX_BOXES] = input_find(machine, "box_labels"), *counts = input_find(machine, "box_counts");
    for (size_t i = 0; i < json_array_size(images); i++) {
        const json_t *image = json_array_get(images, i);
        counts[i] = (int32_t)json_array_size(image);
        ck_assert_int_le(counts[i], MAX_BOXES);
        for (size_t box = 0; box < json_array_size(image); box++) {
            labels[i][box] = (int32_t)(box % 3) + 1;
            for (size_t corner = 0; corner < 4; corner++)
                boxes[i][box][corner] = (float)number_at(json_array_get(image, box), corner);
        }
    }
}

/* PyTorch's detections of an image, best first, each among ours: near-equal scores may stand in another order. */
static void check_detections(const float *found, int rows, int size, const json_t *expected)
{
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const json_t *wanted = json_array_get(expected, i);
        bool there = false;
        for (int row = 0; row < rows && !there; row++) {
            there = found[row * 6 + 5] == number_at(wanted, 5) &&
                    fabs(found[row * 6 + 4] - number_at(wanted, 4)) <= TOLERANCE;
            for (int corner = 0; corner < 4; corner++)
                there = there && fabs(found[row * 6 + corner] - number_at(wanted, (size_t)corner)) <= TOLERANCE * size;
        }
        ck_assert_msg(there, "detection %zu with score %g is not found", i, number_at(wanted, 4));
    }
}

static void check_detector(struct model *model, const char *name, int size, bool reference)
{
    struct data_info data = {.num_classes = 3, .channels = 3, .height = size, .width = size, .max_boxes = MAX_BOXES};
    json_t *expected = expected_load(name);
    int count = (int)json_array_size(json_object_get(expected, "boxes"));
    struct machine machine = machine_make(model, &data, STAGE_TRAIN, count, reference);
    images_fill(&machine);
    boxes_fill(&machine, json_object_get(expected, "boxes"));
    program_run(machine.program);
    const json_t *losses = json_object_get(expected, "losses");
    check_scalar(&machine, machine.outputs.scalars[0].value, json_object_get(losses, "bbox_regression"));
    check_scalar(&machine, machine.outputs.scalars[1].value, json_object_get(losses, "classification"));
    check_training(&machine, expected);
    machine_finish(&machine);

    machine = machine_make(model, &data, STAGE_PREDICT, count, reference);
    images_fill(&machine);
    program_run(machine.program);
    const struct value *detections = machine.outputs.arrays[0].value;
    const float *found = program_data(machine.program, detections);
    int rows = (int)detections->shape.size[1];
    for (int i = 0; i < count; i++)
        check_detections(found + i * rows * 6, rows, size,
                         json_array_get(json_object_get(expected, "detections"), (size_t)i));
    machine_finish(&machine);
    json_decref(expected);
    model_destroy(&model);
    last_normalization = NULL;
}

static struct model *ssd_on(struct backbone *backbone)
{
    struct error error = ERROR_INIT;
    struct ssd_params params = ssd_default_params(1);
    backbone_destroy(&params.backbone);
    params.backbone = backbone;
    struct model *model = ssd_create(&params, &error);
    ck_ok(model != NULL, error);
    return model;
}

START_TEST(test_ssd_computes_what_torchvision_does)
{
    struct error error = ERROR_INIT;
    for (int reference = 0; reference < 2; reference++)
        check_detector(ssd_on(resnet18_create(&(struct resnet18_params){false}, &error)), "ssd_resnet18", 96,
                       reference == 1);
}
END_TEST

START_TEST(test_ssd_on_deeper_backbones_computes_what_torchvision_does)
{
    struct error error = ERROR_INIT;
    last_normalization = "bn2";
    check_detector(ssd_on(resnet34_create(&(struct resnet34_params){false}, &error)), "ssd_resnet34", 96, false);
    last_normalization = "bn3";
    check_detector(ssd_on(resnet50_create(&(struct resnet50_params){false}, &error)), "ssd_resnet50", 96, false);
}
END_TEST

START_TEST(test_ssd_on_vgg16_computes_what_torchvision_does)
{
    static const int64_t all_ratios[] = {1, 2, 2, 2, 1, 1}, steps[] = {8, 16, 32, 64, 100, 300};
    struct error error = ERROR_INIT;
    struct ssd_params params = ssd_default_params(3);
    backbone_destroy(&params.backbone);
    params.backbone = ssd_vgg16_create(&(struct ssd_vgg16_params){false}, &error);
    params.backbone_maps = 6;
    params.extra_maps = 0;
    params.ratios_per_map = (struct int_list){all_ratios, 6};
    params.steps = (struct int_list){steps, 6};
    struct model *model = ssd_create(&params, &error);
    ck_ok(model != NULL, error);
    gradient_tolerance = VGG_TOLERANCE;
    check_detector(model, "ssd_vgg16", 300, false);
    gradient_tolerance = TOLERANCE;
}
END_TEST

START_TEST(test_ssd_lite_computes_what_torchvision_does)
{
    static const int64_t channels[] = {512, 256, 256, 128}, all_ratios[] = {2, 2, 2, 2, 2, 2};
    static const double lite_scales[] = {0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0};
    struct error error = ERROR_INIT;
    struct ssd_lite_params params = {
        .backbone = ssd_lite_mobilenet_v3_large_create(&(struct ssd_lite_mobilenet_v3_large_params){true}, &error),
        .backbone_maps = 2,
        .extra_channels = {channels, 4},
        .scales = {lite_scales, 7},
        .aspect_ratios = {ratios, 2},
        .ratios_per_map = {all_ratios, 6},
        .score_thresh = 0.001,
        .nms_thresh = 0.55,
        .detections_per_img = 300,
        .iou_thresh = 0.5,
        .topk_candidates = 300,
        .positive_fraction = 0.25,
    };
    struct model *model = ssd_lite_create(&params, &error);
    ck_ok(model != NULL, error);
    gradient_tolerance = LITE_TOLERANCE;
    check_detector(model, "ssd_lite", 320, false);
    gradient_tolerance = TOLERANCE;
}
END_TEST

START_TEST(test_default_boxes_are_those_of_torchvision)
{
    static const int sides[] = {12, 6, 3, 2};
    json_t *fixture = expected_load("ssd_resnet18"), *expected = json_object_get(fixture, "default_boxes");
    float filled[2048][4];
    int64_t count = 0;
    for (int i = 0; i < 4; i++) {
        struct default_boxes boxes = {sides[i],  sides[i],      sides[i], sides[i],
                                      scales[i], scales[i + 1], ratios,   (int)ratios_per_map[i]};
        ck_assert_int_le(count + default_boxes_count(&boxes), 2048);
        default_boxes_fill(&boxes, filled[count]);
        count += default_boxes_count(&boxes);
    }
    ck_assert_int_eq(count, json_integer_value(json_object_get(expected, "count")));
    const char *position;
    json_t *wanted;
    json_object_foreach (json_object_get(expected, "some"), position, wanted)
        for (size_t corner = 0; corner < 4; corner++)
            ck_assert_double_eq_tol(filled[atoi(position)][corner], number_at(wanted, corner), 1e-7);
    json_decref(fixture);
}
END_TEST

static void check_ssd_error(struct ssd_params params, const char *wanted)
{
    struct error error = ERROR_INIT;
    ck_assert_ptr_null(ssd_create(&params, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_msg(strstr(error.message, wanted) != NULL, "wanted '%s' in: %s", wanted, error.message);
    backbone_destroy(&params.backbone);
}

START_TEST(test_ssd_says_which_list_does_not_fit_its_maps)
{
    struct ssd_params params = ssd_default_params(3);
    params.scales.count = 6;
    check_ssd_error(params, "wanted 7 scales (one per map and one more), found 6");
    params = ssd_default_params(3);
    params.ratios_per_map.count = 2;
    check_ssd_error(params, "wanted 6 numbers in ratios_per_map (one per map), found 2");
    params = ssd_default_params(3);
    params.aspect_ratios.count = 1;
    check_ssd_error(params, "wanted ratios_per_map of at most 1 (aspect_ratios), found 2");
    params = ssd_default_params(3);
    params.backbone_maps = 8;
    check_ssd_error(params, "wanted at most 8 maps (backbone_maps + extra_maps), found 11");
}
END_TEST

START_TEST(test_ssd_cannot_use_more_maps_than_the_backbone_has)
{
    struct data_info data = {.num_classes = 3, .channels = 3, .height = 96, .width = 96, .max_boxes = 2};
    struct ssd_params params = ssd_default_params(1);
    struct error error = ERROR_INIT;
    params.backbone_maps = 5;
    params.scales.count = 7;
    params.ratios_per_map.count = 6;
    struct model *model = ssd_create(&params, &error);
    ck_ok(model != NULL && model->interface->setup(model, &data, &error), error);
    struct graph *graph = graph_create();
    struct model_outputs outputs;
    model->interface->build(model, graph, STAGE_TRAIN, 2, &outputs);
    ck_assert(!graph_check(graph, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "wanted backbone_maps of at most 4"));
    graph_destroy(&graph);
    model_destroy(&model);
}
END_TEST

UNIT_MAIN("models", test_simple_cnn_computes_what_pytorch_does, test_resnet18_computes_what_pytorch_does,
          test_resnet34_computes_what_pytorch_does, test_resnet50_computes_what_pytorch_does,
          test_mobilenet_v3_computes_what_pytorch_does, test_bfloat16_trains_as_under_autocast,
          test_ssd_computes_what_torchvision_does, test_ssd_on_deeper_backbones_computes_what_torchvision_does,
          test_ssd_on_vgg16_computes_what_torchvision_does, test_ssd_lite_computes_what_torchvision_does,
          test_default_boxes_are_those_of_torchvision, test_ssd_says_which_list_does_not_fit_its_maps,
          test_ssd_cannot_use_more_maps_than_the_backbone_has)
