/* parity.c: a model against PyTorch's. */
#include "tests/unit/models/parity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "components/models/image_classifier.h"
#include "engine/base/memory.h"
#include "engine/graph/program.h"
#include "tests/unit/unit.h"

/* Relative, of losses, scores and boxes, and of gradients unless more is said. */
#define TOLERANCE 1e-4

/* A GPU sums in yet another order: its gradients may be farther from PyTorch's on the processor, by so many times. */
#define GPU_SLACK 3

/*
 * A bfloat16 has 8 binary digits: each is off by up to 2^-9, and PyTorch's and ours are off in other places (the order of
 * sums, where a sum is rounded). In a gradient the errors of all layers behind it come together.
 */
#define HALF_LOSS_TOLERANCE 4e-3
#define HALF_TOLERANCE 8e-2

/* A gradient whose norm is below this is none: the next normalisation takes the bias out, and what is left is rounding. */
#define NO_GRADIENT 1e-5

#define MAX_BOXES 7
#define BATCH 4
#define CLASSES 7

struct device *parity_device;

/* A model compiled for one stage, with its weights filled by the formula. */
struct machine {
    const struct parity *parity;
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
static double margin_of(const char *name, const char *last_normalization, double u)
{
    if (belongs_to(name, last_normalization, "bias"))
        return 1;
    if (ends_with(name, "downsample.1.bias"))
        return 4;
    if (strncmp(name, "bn", 2) != 0 && strstr(name, ".bn") == NULL)
        return 0;
    return u < 0 ? -4 : 4;
}

static double weight_at(const struct parameter *parameter, const char *last_normalization, uint32_t seed, int64_t index)
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
        return 0.1 * u + (last_normalization != NULL ? margin_of(name, last_normalization, u) : 0);
    bool ends_branch = last_normalization != NULL && belongs_to(name, last_normalization, "weight");
    return (1 + 0.1 * u) * (ends_branch ? 0.25 : 1);
}

static void weights_fill(const struct machine *machine)
{
    for (int i = 0; i < parameters_count(machine->parameters); i++) {
        const struct parameter *parameter = parameters_get(machine->parameters, i);
        uint32_t seed = name_hash(parameter->name);
        if (parameter->tensor.dtype != DTYPE_F32)
            continue;
        float *values = memory_allocate(1, tensor_bytes(&parameter->tensor));
        for (int64_t j = 0; j < shape_count(&parameter->tensor.shape); j++)
            values[j] = (float)weight_at(parameter, machine->parity->last_normalization, seed, j);
        device_write(parameters_device(machine->parameters), parameter->tensor.data, values,
                     tensor_bytes(&parameter->tensor));
        memory_free(values);
    }
}

static struct machine machine_make(struct model *model, const struct data_info *data, enum stage stage, int batch_size,
                                   const struct parity *parity)
{
    struct machine machine = {.parity = parity, .graph = graph_create()};
    struct error error = ERROR_INIT;
    const struct program_options options = {.device = parity_device, .threads = 2, .reference = parity->reference};
    const struct number_types half = {.narrow = DTYPE_BF16};
    if (parity->half)
        graph_set_types(machine.graph, &half);
    ck_ok(model->interface->setup(model, data, &error), error);
    model->interface->build(model, machine.graph, stage, batch_size, &machine.outputs);
    ck_ok(graph_check(machine.graph, &error), error);
    if (stage == STAGE_TRAIN)
        graph_differentiate(machine.graph, machine.outputs.loss);
    machine.parameters = parameters_create(machine.graph, parity_device, 1, &error);
    ck_ok(machine.parameters != NULL, error);
    machine.program = program_create(machine.graph, machine.parameters, &options, &error);
    ck_ok(machine.program != NULL, error);
    weights_fill(&machine);
    return machine;
}

static void machine_finish(struct machine *machine)
{
    program_destroy(&machine->program);
    parameters_destroy(&machine->parameters);
    graph_destroy(&machine->graph);
}

static void machine_run(const struct machine *machine)
{
    struct error error = ERROR_INIT;
    program_run(machine->program);
    device_synchronize(parameters_device(machine->parameters));
    ck_ok(device_check(parameters_device(machine->parameters), &error), error);
}

/* Nothing where the stage does not take it. */
static void input_write(const struct machine *machine, const char *name, const void *elements)
{
    const struct value *input = graph_find_input(machine->graph, name);
    if (input != NULL)
        program_write(machine->program, input, elements);
}

static void images_write(const struct machine *machine)
{
    int64_t count = shape_count(&graph_find_input(machine->graph, "images")->shape);
    float *pixels = memory_allocate((size_t)count, sizeof *pixels);
    for (int64_t i = 0; i < count; i++)
        pixels[i] = (float)uniform_at(name_hash("pictures"), i);
    input_write(machine, "images", pixels);
    memory_free(pixels);
}

json_t *parity_load(const char *fixture)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/fixtures/models/%s.json", getenv("LRUN_SOURCE_ROOT"), fixture);
    json_t *expected = json_load_file(path, 0, NULL);
    ck_assert_msg(expected != NULL, "cannot read %s", path);
    return expected;
}

double parity_number(const json_t *array, size_t index)
{
    ck_assert(json_is_number(json_array_get(array, index)));
    return json_number_value(json_array_get(array, index));
}

static double gradient_tolerance(const struct parity *parity)
{
    double slack = device_is_host(device_or_cpu(parity_device)) ? 1 : GPU_SLACK;
    if (parity->half)
        return HALF_TOLERANCE;
    return slack * (parity->gradient_tolerance > 0 ? parity->gradient_tolerance : TOLERANCE);
}

/* An array against its norm and three elements. Elements may be off by a share of the typical one. */
static void check_summary(const char *name, const float *values, int64_t count, double tolerance,
                          const json_t *expected)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)values[i] * values[i];
    double norm = parity_number(expected, 0), typical = norm / sqrt((double)count);
    if (norm < NO_GRADIENT) {
        ck_assert_msg(sqrt(sum) < NO_GRADIENT, "%s: wanted no gradient, found a norm of %g", name, sqrt(sum));
        return;
    }
    ck_assert_msg(fabs(sqrt(sum) - norm) <= tolerance * norm, "%s: wanted a norm of %g, found %g", name, norm,
                  sqrt(sum));
    const int64_t picks[] = {0, count / 2, count - 1};
    for (size_t i = 0; i < 3; i++) {
        double wanted = parity_number(expected, i + 1), found = values[picks[i]];
        ck_assert_msg(fabs(found - wanted) <= tolerance * (fabs(wanted) + 10 * typical),
                      "%s[%lld]: wanted %g, found %g (typical: %g)", name, (long long)picks[i], wanted, found, typical);
    }
}

static void check_scalar(const struct machine *machine, const struct value *value, const json_t *expected)
{
    double found = *(const float *)program_read(machine->program, value), wanted = json_number_value(expected);
    double tolerance = machine->parity->half ? HALF_LOSS_TOLERANCE : TOLERANCE;
    ck_assert_msg(fabs(found - wanted) <= tolerance * fabs(wanted), "%s: wanted %g, found %g", value->name, wanted,
                  found);
}

/* Of a parameter its gradient, of a buffer its value after one batch. */
static void check_parameter(const struct machine *machine, const struct parameter *parameter, const json_t *wanted)
{
    const struct tensor *tensor = parameter->trained ? &parameter->gradient : &parameter->tensor;
    void *found = memory_allocate(1, tensor_bytes(tensor));
    device_read(parameters_device(machine->parameters), found, tensor->data, tensor_bytes(tensor));
    if (tensor->dtype == DTYPE_I64) {
        ck_assert_int_eq(*(const int64_t *)found, 1);
    } else {
        ck_assert_msg(wanted != NULL, "PyTorch has no '%s'", parameter->name);
        check_summary(parameter->name, found, shape_count(&tensor->shape), gradient_tolerance(machine->parity), wanted);
    }
    memory_free(found);
}

static void check_training(const struct machine *machine, const json_t *expected)
{
    check_scalar(machine, machine->outputs.loss, json_object_get(expected, "loss"));
    json_t *gradients = json_object_get(expected, "gradients"), *buffers = json_object_get(expected, "buffers");
    size_t seen = 0;
    for (int i = 0; i < parameters_count(machine->parameters); i++) {
        const struct parameter *parameter = parameters_get(machine->parameters, i);
        check_parameter(machine, parameter, json_object_get(parameter->trained ? gradients : buffers, parameter->name));
        seen += parameter->trained || parameter->tensor.dtype != DTYPE_I64;
    }
    ck_assert_uint_eq(seen, json_object_size(gradients) + json_object_size(buffers));
}

/* Logits, where PyTorch's were written down. */
static void check_logits(struct model *model, const struct data_info *data, const struct parity *parity,
                         const json_t *expected)
{
    struct machine machine = machine_make(model, data, STAGE_PREDICT, BATCH, parity);
    images_write(&machine);
    machine_run(&machine);
    const float *logits = program_read(machine.program, machine.outputs.arrays[0].value);
    for (size_t i = 0; i < (size_t)BATCH * CLASSES; i++)
        ck_assert_double_eq_tol(logits[i], parity_number(json_array_get(expected, i / CLASSES), i % CLASSES),
                                10 * TOLERANCE);
    machine_finish(&machine);
}

void parity_check_classifier(struct backbone *backbone, const struct parity *parity)
{
    static const int32_t labels[BATCH] = {0, 3, 6, 2};
    struct data_info data = {.num_classes = CLASSES, .channels = 3, .height = parity->size, .width = parity->size};
    struct image_classifier_params params = {.backbone = backbone, .label_smoothing = 0.1, .strict = true};
    struct error error = ERROR_INIT;
    struct model *model = image_classifier_create(&params, &error);
    ck_ok(model != NULL, error);
    json_t *expected = parity_load(parity->fixture);
    struct machine machine = machine_make(model, &data, STAGE_TRAIN, BATCH, parity);
    images_write(&machine);
    input_write(&machine, "labels", labels);
    machine_run(&machine);
    check_training(&machine, expected);
    machine_finish(&machine);
    if (!parity->half)
        check_logits(model, &data, parity, json_object_get(expected, "logits"));
    json_decref(expected);
    model_destroy(&model);
}

/* The boxes of the fixture; box i of an image is of class i % 3. */
static void boxes_write(const struct machine *machine, const json_t *images)
{
    size_t count = json_array_size(images);
    float(*boxes)[MAX_BOXES][4] = memory_allocate(count, sizeof *boxes);
    int32_t(*labels)[MAX_BOXES] = memory_allocate(count, sizeof *labels);
    int32_t *counts = memory_allocate(count, sizeof *counts);
    for (size_t i = 0; i < count; i++) {
        const json_t *image = json_array_get(images, i);
        counts[i] = (int32_t)json_array_size(image);
        ck_assert_int_le(counts[i], MAX_BOXES);
        for (size_t box = 0; box < json_array_size(image); box++) {
            labels[i][box] = (int32_t)(box % 3) + 1;
            for (size_t corner = 0; corner < 4; corner++)
                boxes[i][box][corner] = (float)parity_number(json_array_get(image, box), corner);
        }
    }
    input_write(machine, "boxes", boxes);
    input_write(machine, "box_labels", labels);
    input_write(machine, "box_counts", counts);
    memory_free(boxes);
    memory_free(labels);
    memory_free(counts);
}

/* PyTorch's detections of an image, best first, each among ours: near-equal scores may stand in another order. */
static void check_detections(const float *found, int rows, int size, const json_t *expected)
{
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const json_t *wanted = json_array_get(expected, i);
        bool there = false;
        for (int row = 0; row < rows && !there; row++) {
            there = found[row * 6 + 5] == parity_number(wanted, 5) &&
                    fabs(found[row * 6 + 4] - parity_number(wanted, 4)) <= TOLERANCE;
            for (int corner = 0; corner < 4; corner++)
                there =
                    there && fabs(found[row * 6 + corner] - parity_number(wanted, (size_t)corner)) <= TOLERANCE * size;
        }
        ck_assert_msg(there, "detection %zu with score %g is not found", i, parity_number(wanted, 4));
    }
}

static void check_losses(struct model *model, const struct data_info *data, const struct parity *parity,
                         const json_t *expected)
{
    const json_t *boxes = json_object_get(expected, "boxes"), *losses = json_object_get(expected, "losses");
    struct machine machine = machine_make(model, data, STAGE_TRAIN, (int)json_array_size(boxes), parity);
    images_write(&machine);
    boxes_write(&machine, boxes);
    machine_run(&machine);
    check_scalar(&machine, machine.outputs.scalars[0].value, json_object_get(losses, "bbox_regression"));
    check_scalar(&machine, machine.outputs.scalars[1].value, json_object_get(losses, "classification"));
    check_training(&machine, expected);
    machine_finish(&machine);
}

void parity_check_detector(struct model *model, const struct parity *parity)
{
    struct data_info data = {
        .num_classes = 3, .channels = 3, .height = parity->size, .width = parity->size, .max_boxes = MAX_BOXES};
    json_t *expected = parity_load(parity->fixture);
    check_losses(model, &data, parity, expected);
    int count = (int)json_array_size(json_object_get(expected, "boxes"));
    struct machine machine = machine_make(model, &data, STAGE_PREDICT, count, parity);
    images_write(&machine);
    machine_run(&machine);
    const struct value *detections = machine.outputs.arrays[0].value;
    const float *found = program_read(machine.program, detections);
    int rows = (int)detections->shape.size[1];
    for (int i = 0; i < count; i++)
        check_detections(found + i * rows * 6, rows, parity->size,
                         json_array_get(json_object_get(expected, "detections"), (size_t)i));
    machine_finish(&machine);
    json_decref(expected);
    model_destroy(&model);
}
