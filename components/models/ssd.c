/* ssd.c: SSD. */
#include "components/models/ssd.h"

#include <stdio.h>

#include "components/backbones/layers.h"
#include "components/metrics/detection_metric.h"
#include "components/models/default_boxes.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

struct ssd {
    struct model base;
    struct ssd_params params;
    struct data_info data;
    /** With background as class 0. */
    int classes;
};

static bool ssd_setup(struct model *base, const struct data_info *data, struct error *error)
{
    struct ssd *ssd = (struct ssd *)base;
    const int64_t *wanted = ssd->params.num_classes;
    int classes = wanted != NULL ? (int)*wanted : data->num_classes;
    if (classes < data->num_classes || classes < 1)
        return error_set(error, ERROR_CONFIG, "wanted a num_classes of at least the data's %d, found %d",
                         data->num_classes, classes);
    ssd->data = *data;
    ssd->classes = classes + 1;
    return true;
}

/* One further map, half as high and wide: 1x1 and 3x3 convolutions, each normalised. Named as a torch.nn.Sequential. */
static struct value *add_extra_map(const struct ssd *ssd, struct graph *graph, struct value *x, bool training)
{
    struct convolution narrow = {
        .channels = ssd->params.extra_channels / 2, .kernel = 1, .stride = 1, .init = init_xavier_uniform()};
    struct convolution halve = {
        .channels = ssd->params.extra_channels, .kernel = 3, .stride = 2, .padding = 1, .init = init_xavier_uniform()};
    struct normalization normalization = {.weight = 1, .training = training};
    x = layer_convolution(graph, x, "0", &narrow);
    x = relu(graph, layer_normalization(graph, x, "1", &normalization));
    x = layer_convolution(graph, x, "3", &halve);
    return relu(graph, layer_normalization(graph, x, "4", &normalization));
}

/* The maps that boxes are found on: the backbone's last ones, then the further ones. */
static void build_maps(const struct ssd *ssd, struct graph *graph, struct value *images, bool training,
                       struct features *maps)
{
    struct features found = {.count = 0};
    const struct backbone *backbone = ssd->params.backbone;
    graph_enter(graph, "backbone");
    backbone->interface->build(backbone, graph, images, training, &found);
    int skipped = found.count - ssd->params.backbone_maps;
    if (skipped < 0)
        graph_fail(graph, "wanted backbone_maps of at most %d, the backbone's number of feature maps, found %d",
                   found.count, ssd->params.backbone_maps);
    for (int i = 0; skipped >= 0 && i < ssd->params.backbone_maps; i++)
        maps->maps[maps->count++] = found.maps[skipped + i];
    for (int i = 0; skipped >= 0 && i < ssd->params.extra_maps; i++) {
        graph_enter(graph, "extra.%d", i);
        maps->maps[maps->count] = add_extra_map(ssd, graph, maps->maps[maps->count - 1], training);
        maps->count++;
        graph_leave(graph);
    }
    graph_leave(graph);
}

static struct default_boxes boxes_of_map(const struct ssd *ssd, const struct features *maps, int map)
{
    const struct value *value = maps->maps[map];
    return (struct default_boxes){
        .rows = (int)value->shape.size[2],
        .columns = (int)value->shape.size[3],
        .scale = ssd->params.scales.items[map],
        .next_scale = ssd->params.scales.items[map + 1],
        .ratios = ssd->params.aspect_ratios.items,
        .ratio_count = (int)ssd->params.ratios_per_map.items[map],
    };
}

/* One head over all maps: NAME.module_list.I convolves map I; the result is [n, boxes, columns]. */
static struct value *build_head(const struct ssd *ssd, struct graph *graph, const struct features *maps,
                                const char *name, int columns)
{
    struct value *parts[BACKBONE_MAX_FEATURES];
    graph_enter(graph, "head.%s.module_list", name);
    for (int i = 0; i < maps->count; i++) {
        if (maps->maps[i] == NULL)
            break;
        struct default_boxes boxes = boxes_of_map(ssd, maps, i);
        struct convolution convolution = {
            .channels = columns * default_boxes_per_place(&boxes),
            .kernel = 3,
            .stride = 1,
            .padding = 1,
            .bias = true,
            .init = init_xavier_uniform(),
        };
        char number[12];
        snprintf(number, sizeof number, "%d", i);
        struct value *x = layer_convolution(graph, maps->maps[i], number, &convolution);
        x = permute(graph, x, (const int[SHAPE_MAX_RANK]){0, 2, 3, 1});
        parts[i] = reshape(graph, x, SHAPE(maps->maps[i]->shape.size[0], default_boxes_count(&boxes), columns));
    }
    graph_leave(graph);
    bool whole = maps->count > 0 && maps->maps[maps->count - 1] != NULL;
    return whole ? concat(graph, parts, maps->count, 1) : NULL;
}

/* The default boxes of all maps, in the graph's memory. */
static struct ssd_attributes make_attributes(const struct ssd *ssd, struct graph *graph, const struct features *maps)
{
    int64_t count = 0;
    for (int i = 0; i < maps->count; i++) {
        struct default_boxes boxes = boxes_of_map(ssd, maps, i);
        count += default_boxes_count(&boxes);
    }
    float *filled = arena_allocate(graph_arena(graph), (size_t)count * 4, sizeof *filled), *at = filled;
    for (int i = 0; i < maps->count; i++) {
        struct default_boxes boxes = boxes_of_map(ssd, maps, i);
        default_boxes_fill(&boxes, at);
        at += 4 * default_boxes_count(&boxes);
    }
    const struct ssd_params *params = &ssd->params;
    return (struct ssd_attributes){
        .default_boxes = filled,
        .anchors = count,
        .classes = ssd->classes,
        .height = ssd->data.height,
        .width = ssd->data.width,
        .iou_threshold = params->iou_thresh,
        .negatives_per_positive = (1 - params->positive_fraction) / params->positive_fraction,
        .score_threshold = params->score_thresh,
        .nms_threshold = params->nms_thresh,
        .candidates_per_class = params->topk_candidates,
        .detections_per_image = params->detections_per_img,
    };
}

static void build_loss(const struct ssd *ssd, struct graph *graph, struct value *regression, struct value *logits,
                       const struct ssd_attributes *attributes, struct model_outputs *outputs)
{
    int64_t size = regression->shape.size[0], rows = ssd->data.max_boxes;
    struct value *boxes = graph_input(graph, "boxes", DTYPE_F32, SHAPE(size, rows, 4));
    struct value *labels = graph_input(graph, "box_labels", DTYPE_I32, SHAPE(size, rows));
    struct value *counts = graph_input(graph, "box_counts", DTYPE_I32, SHAPE(size));
    struct ssd_losses losses = ssd_loss(graph, regression, logits, boxes, labels, counts, attributes);
    outputs->loss = add(graph, losses.box_regression, losses.classification);
    outputs->scalar_count = 2;
    outputs->scalars[0].name = "loss_box_regression";
    outputs->scalars[0].value = losses.box_regression;
    outputs->scalars[1].name = "loss_classification";
    outputs->scalars[1].value = losses.classification;
    graph_keep(graph, outputs->loss);
    graph_keep(graph, losses.box_regression);
    graph_keep(graph, losses.classification);
}

static void ssd_build(struct model *base, struct graph *graph, enum stage stage, int batch_size,
                      struct model_outputs *outputs)
{
    const struct ssd *ssd = (const struct ssd *)base;
    const struct data_info *data = &ssd->data;
    *outputs = (struct model_outputs){.array_count = 0};
    struct value *images =
        graph_input(graph, "images", DTYPE_F32, SHAPE(batch_size, data->channels, data->height, data->width));
    struct features maps = {.count = 0};
    build_maps(ssd, graph, images, stage == STAGE_TRAIN, &maps);
    struct value *logits = build_head(ssd, graph, &maps, "classification_head", ssd->classes);
    struct value *regression = build_head(ssd, graph, &maps, "regression_head", 4);
    if (logits == NULL || regression == NULL)
        return;
    struct ssd_attributes attributes = make_attributes(ssd, graph, &maps);
    if (stage != STAGE_PREDICT)
        build_loss(ssd, graph, regression, logits, &attributes, outputs);
    if (stage == STAGE_TRAIN)
        return;
    outputs->array_count = 1;
    outputs->arrays[0].name = "detections";
    outputs->arrays[0].value = ssd_detections(graph, regression, logits, &attributes);
    graph_keep(graph, outputs->arrays[0].value);
}

static struct metric *ssd_metric(struct model *base, enum stage stage)
{
    const struct ssd *ssd = (const struct ssd *)base;
    bool measured = stage == STAGE_VALIDATE || stage == STAGE_TEST;
    return measured ? detection_metric_create(ssd->classes - 1, NULL) : NULL;
}

static void ssd_destroy(struct model *base)
{
    struct ssd *ssd = (struct ssd *)base;
    backbone_destroy(&ssd->params.backbone);
    memory_free(ssd);
}

static const struct model_interface ssd_interface = {
    .setup = ssd_setup,
    .build = ssd_build,
    .metric = ssd_metric,
    .destroy = ssd_destroy,
};

static bool ssd_check(const struct ssd_params *params, struct error *error)
{
    int maps = params->backbone_maps + params->extra_maps;
    if (maps > BACKBONE_MAX_FEATURES)
        return error_set(error, ERROR_CONFIG, "wanted at most %d maps (backbone_maps + extra_maps), found %d",
                         BACKBONE_MAX_FEATURES, maps);
    if (params->scales.count != (size_t)maps + 1)
        return error_set(error, ERROR_CONFIG, "wanted %d scales (one per map and one more), found %zu", maps + 1,
                         params->scales.count);
    if (params->ratios_per_map.count != (size_t)maps)
        return error_set(error, ERROR_CONFIG, "wanted %d numbers in ratios_per_map (one per map), found %zu", maps,
                         params->ratios_per_map.count);
    for (int i = 0; i < maps; i++)
        if ((size_t)params->ratios_per_map.items[i] > params->aspect_ratios.count)
            return error_set(error, ERROR_CONFIG, "wanted ratios_per_map of at most %zu (aspect_ratios), found %lld",
                             params->aspect_ratios.count, (long long)params->ratios_per_map.items[i]);
    return true;
}

struct model *ssd_create(const struct ssd_params *params, struct error *error)
{
    if (!ssd_check(params, error))
        return NULL;
    struct ssd *ssd = memory_allocate(1, sizeof *ssd);
    ssd->base.interface = &ssd_interface;
    ssd->base.weights = params->weights;
    ssd->base.strict = params->strict;
    ssd->params = *params;
    return &ssd->base;
}
