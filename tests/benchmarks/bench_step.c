/*
 * bench_step.c: seconds of one training step, without data: forward, backward, and an SGD update of all parameters.
 *
 *     bench_step resnet18|ssd [batch] [steps] [describe]
 *
 * Prints the median, and with `describe` the kernel of every node. BENCH_START in the environment (seconds since 1970)
 * is when the process was started, for the time until the first step begins; with 0 steps only that is measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "components/backbones/resnet.h"
#include "components/models/image_classifier.h"
#include "components/models/ssd.h"
#include "engine/graph/op.h"
#include "engine/graph/program.h"

#define MAX_STEPS 1000

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void fail(const struct error *error)
{
    fprintf(stderr, "bench_step: %s\n", error->message);
    exit(1);
}

static struct model *make_model(const char *name, struct error *error)
{
    static const int64_t classes = 21, things = 20, ratios_per_map[] = {1, 2, 2, 2, 1, 1};
    static const double scales[] = {0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05}, ratios[] = {2, 3};
    struct backbone *backbone = resnet18_create(&(struct resnet18_params){.zero_init_residual = false}, error);
    if (backbone == NULL)
        return NULL;
    if (strcmp(name, "resnet18") == 0)
        return image_classifier_create(&(struct image_classifier_params){.backbone = backbone, .num_classes = &classes},
                                       error);
    return ssd_create(&(struct ssd_params){.backbone = backbone,
                                           .num_classes = &things,
                                           .backbone_maps = 3,
                                           .extra_maps = 3,
                                           .extra_channels = 256,
                                           .scales = {scales, 7},
                                           .aspect_ratios = {ratios, 2},
                                           .ratios_per_map = {ratios_per_map, 6},
                                           .score_thresh = 0.01,
                                           .nms_thresh = 0.45,
                                           .detections_per_img = 200,
                                           .iou_thresh = 0.5,
                                           .topk_candidates = 400,
                                           .positive_fraction = 0.25},
                      error);
}

/* Seconds since the process was started; 0 when nobody said when. */
static double since_start(void)
{
    const char *start = getenv("BENCH_START");
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return start != NULL ? (double)time.tv_sec + (double)time.tv_nsec * 1e-9 - strtod(start, NULL) : 0;
}

/* Images of noise, a few boxes, every label 1. */
static void fill_inputs(const struct program *program, const struct graph *graph, int batch)
{
    const struct value *images = graph_find_input(graph, "images"), *labels = graph_find_input(graph, "labels");
    const struct value *boxes = graph_find_input(graph, "boxes"), *counts = graph_find_input(graph, "box_counts");
    float *pixels = program_data(program, images);
    for (int64_t i = 0; i < shape_count(&images->shape); i++)
        pixels[i] = (float)(i * 2654435761 % 4096) / 2048.0F - 1;
    if (labels == NULL)
        labels = graph_find_input(graph, "box_labels");
    for (int64_t i = 0; i < shape_count(&labels->shape); i++)
        ((int32_t *)program_data(program, labels))[i] = 1;
    for (int64_t i = 0; boxes != NULL && i < shape_count(&boxes->shape); i++)
        ((float *)program_data(program, boxes))[i] = (float)(i % 4 < 2 ? 40 + i : 120 + i);
    for (int i = 0; counts != NULL && i < batch; i++)
        ((int32_t *)program_data(program, counts))[i] = 3;
}

static void update(struct parameters *parameters)
{
    float *values = parameters_values(parameters).data;
    const float *gradients = parameters_gradients(parameters).data;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < parameters_flat_count(parameters); i++)
        values[i] -= 1e-3F * gradients[i];
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    const char *name = argc > 1 ? argv[1] : "resnet18";
    int batch = argc > 2 ? atoi(argv[2]) : 16, steps = argc > 3 ? atoi(argv[3]) : 10;
    int side = strcmp(name, "resnet18") == 0 ? 224 : 300;
    if (batch < 1 || steps < 0 || steps > MAX_STEPS)
        return fprintf(stderr, "bench_step: wanted a batch of at least 1 and 0 to %d steps\n", MAX_STEPS), 2;
    struct model *model = make_model(name, &error);
    struct data_info info = {.num_classes = 20, .channels = 3, .height = side, .width = side, .max_boxes = 4};
    if (model == NULL || !model->interface->setup(model, &info, &error))
        fail(&error);
    struct graph *graph = graph_create();
    struct model_outputs outputs = {.loss = NULL};
    model->interface->build(model, graph, STAGE_TRAIN, batch, &outputs);
    graph_differentiate(graph, outputs.loss);
    struct parameters *parameters = parameters_create(graph, 1, &error);
    double start = now();
    struct program *program =
        parameters != NULL ? program_create(graph, parameters, &(struct program_options){.threads = 0}, &error) : NULL;
    if (program == NULL)
        fail(&error);
    printf("%s, batch %d, %d x %d: compiled in %.0f ms\n", name, batch, side, side, (now() - start) * 1e3);
    struct text text = TEXT_INIT;
    program_describe(program, &text);
    if (argc > 4)
        puts(text_string(&text));
    text_finish(&text);
    fill_inputs(program, graph, batch);
    double seconds[MAX_STEPS], first = since_start();
    if (steps == 0)
        return printf("first_s %.3f\n", first), 0;
    for (int i = 0; i < steps; i++) {
        start = now();
        program_run(program);
        update(parameters);
        seconds[i] = now() - start;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    float loss = *(const float *)program_data(program, outputs.loss);
    qsort(seconds, (size_t)steps, sizeof *seconds, compare_doubles);
    struct op_cost cost = graph_cost(graph);
    printf("median %.1f ms, best %.1f ms, %.1f images/s, %.1f GFLOP/s, arena %.0f MiB, loss %g\n",
           seconds[steps / 2] * 1e3, seconds[0] * 1e3, batch / seconds[steps / 2], cost.flops * 1e-9 / seconds[0],
           (double)(program_memory(program).activations + program_memory(program).scratch) / 1048576, (double)loss);
    printf("ms %.1f peak_mib %.0f first_s %.3f\n", seconds[steps / 2] * 1e3, (double)usage.ru_maxrss / 1024, first);
    program_destroy(&program);
    parameters_destroy(&parameters);
    graph_destroy(&graph);
    model_destroy(&model);
    return 0;
}
