/* single_shot.c: what SSD and SSDLite share. */
#include "components/models/single_shot.h"

#include <assert.h>
#include <stdio.h>

#include "components/metrics/detection_metric.h"
#include "components/models/default_boxes.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

struct single_shot {
    struct model base;
    struct single_shot_params params;
    struct data_info data;
    /** With background as class 0. */
    int classes;
};

static bool single_shot_setup(struct model *base, const struct data_info *data, struct error *error)
{
    struct single_shot *detector = (struct single_shot *)base;
    const int64_t *wanted = detector->params.num_classes;
    int classes = wanted != NULL ? (int)*wanted : data->num_classes;
    if (classes < data->num_classes || classes < 1)
        return error_set(error, ERROR_CONFIG, "wanted a num_classes of at least the data's %d, found %d",
                         data->num_classes, classes);
    detector->data = *data;
    detector->classes = classes + 1;
    return true;
}

/* The maps that boxes are found on: the backbone's last ones, then the further ones. */
static void build_maps(const struct single_shot *detector, struct graph *graph, struct value *images, bool training,
                       struct features *maps)
{
    struct features found = {.count = 0};
    const struct backbone *backbone = detector->params.backbone;
    graph_enter(graph, "backbone");
    backbone->interface->build(backbone, graph, images, training, &found);
    int skipped = found.count - detector->params.backbone_maps;
    if (skipped < 0)
        graph_fail(graph, "wanted backbone_maps of at most %d, the backbone's number of feature maps, found %d",
                   found.count, detector->params.backbone_maps);
    for (int i = 0; skipped >= 0 && i < detector->params.backbone_maps; i++)
        maps->maps[maps->count++] = found.maps[skipped + i];
    for (int i = 0; skipped >= 0 && i < detector->params.extra_maps; i++) {
        graph_enter(graph, "extra.%d", i);
        maps->maps[maps->count] = detector->params.style->extra_map(graph, maps->maps[maps->count - 1],
                                                                    (int)detector->params.extra_channels[i], training);
        maps->count++;
        graph_leave(graph);
    }
    graph_leave(graph);
}

static struct default_boxes boxes_of_map(const struct single_shot *detector, const struct features *maps, int map)
{
    assert(maps->maps[map] != NULL);
    const int64_t *size = maps->maps[map]->shape.size;
    const struct int_list *steps = &detector->params.steps;
    bool stepped = steps->count > 0;
    return (struct default_boxes){
        .rows = (int)size[2],
        .columns = (int)size[3],
        .places_down = stepped ? (double)detector->data.height / (double)steps->items[map] : (double)size[2],
        .places_across = stepped ? (double)detector->data.width / (double)steps->items[map] : (double)size[3],
        .scale = detector->params.scales.items[map],
        .next_scale = detector->params.scales.items[map + 1],
        .ratios = detector->params.aspect_ratios.items,
        .ratio_count = (int)detector->params.ratios_per_map.items[map],
    };
}

/* One head over all maps: NAME.module_list.I convolves map I; the result is [n, boxes, columns]. */
static struct value *build_head(const struct single_shot *detector, struct graph *graph, const struct features *maps,
                                const char *name, int columns, bool training)
{
    struct value *parts[BACKBONE_MAX_FEATURES];
    graph_enter(graph, "head.%s.module_list", name);
    for (int i = 0; i < maps->count; i++) {
        if (maps->maps[i] == NULL)
            break;
        struct default_boxes boxes = boxes_of_map(detector, maps, i);
        char number[12];
        snprintf(number, sizeof number, "%d", i);
        int channels = columns * default_boxes_per_place(&boxes);
        struct value *x = detector->params.style->predict(graph, maps->maps[i], number, channels, training);
        x = permute(graph, x, (const int[SHAPE_MAX_RANK]){0, 2, 3, 1});
        parts[i] = reshape(graph, x, SHAPE(maps->maps[i]->shape.size[0], default_boxes_count(&boxes), columns));
    }
    graph_leave(graph);
    bool whole = maps->count > 0 && maps->maps[maps->count - 1] != NULL;
    return whole ? concat(graph, parts, maps->count, 1) : NULL;
}

/* The default boxes of all maps, in the graph's memory. */
static struct ssd_attributes make_attributes(const struct single_shot *detector, struct graph *graph,
                                             const struct features *maps)
{
    int64_t count = 0;
    for (int i = 0; i < maps->count; i++) {
        struct default_boxes boxes = boxes_of_map(detector, maps, i);
        count += default_boxes_count(&boxes);
    }
    float *filled = arena_allocate(graph_arena(graph), (size_t)count * 4, sizeof *filled), *at = filled;
    for (int i = 0; i < maps->count; i++) {
        struct default_boxes boxes = boxes_of_map(detector, maps, i);
        default_boxes_fill(&boxes, at);
        at += 4 * default_boxes_count(&boxes);
    }
    const struct single_shot_params *params = &detector->params;
    return (struct ssd_attributes){
        .default_boxes = filled,
        .anchors = count,
        .classes = detector->classes,
        .height = detector->data.height,
        .width = detector->data.width,
        .iou_threshold = params->iou_thresh,
        .negatives_per_positive = (1 - params->positive_fraction) / params->positive_fraction,
        .score_threshold = params->score_thresh,
        .nms_threshold = params->nms_thresh,
        .candidates_per_class = params->topk_candidates,
        .detections_per_image = params->detections_per_img,
    };
}

static void build_loss(const struct single_shot *detector, struct graph *graph, struct value *regression,
                       struct value *logits, const struct ssd_attributes *attributes, struct model_outputs *outputs)
{
    int64_t size = regression->shape.size[0], rows = detector->data.max_boxes;
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

static void single_shot_build(struct model *base, struct graph *graph, enum stage stage, int batch_size,
                              struct model_outputs *outputs)
{
    const struct single_shot *detector = (const struct single_shot *)base;
    const struct data_info *data = &detector->data;
    *outputs = (struct model_outputs){.array_count = 0};
    struct value *images =
        graph_input(graph, "images", DTYPE_F32, SHAPE(batch_size, data->channels, data->height, data->width));
    struct features maps = {.count = 0};
    build_maps(detector, graph, images, stage == STAGE_TRAIN, &maps);
    struct value *logits =
        build_head(detector, graph, &maps, "classification_head", detector->classes, stage == STAGE_TRAIN);
    struct value *regression = build_head(detector, graph, &maps, "regression_head", 4, stage == STAGE_TRAIN);
    if (logits == NULL || regression == NULL)
        return;
    struct ssd_attributes attributes = make_attributes(detector, graph, &maps);
    if (stage != STAGE_PREDICT)
        build_loss(detector, graph, regression, logits, &attributes, outputs);
    if (stage == STAGE_TRAIN)
        return;
    outputs->array_count = 1;
    outputs->arrays[0].name = "detections";
    outputs->arrays[0].value = ssd_detections(graph, regression, logits, &attributes);
    graph_keep(graph, outputs->arrays[0].value);
}

static struct metric *single_shot_metric(struct model *base, enum stage stage)
{
    const struct single_shot *detector = (const struct single_shot *)base;
    bool measured = stage == STAGE_VALIDATE || stage == STAGE_TEST;
    return measured ? detection_metric_create(detector->classes - 1, NULL) : NULL;
}

static void single_shot_destroy(struct model *base)
{
    struct single_shot *detector = (struct single_shot *)base;
    backbone_destroy(&detector->params.backbone);
    memory_free(detector);
}

static const struct model_interface single_shot_interface = {
    .setup = single_shot_setup,
    .build = single_shot_build,
    .metric = single_shot_metric,
    .destroy = single_shot_destroy,
};

static bool single_shot_check(const struct single_shot_params *params, struct error *error)
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
    if (params->steps.count != 0 && params->steps.count != (size_t)maps)
        return error_set(error, ERROR_CONFIG, "wanted %d steps (one per map) or none, found %zu", maps,
                         params->steps.count);
    for (int i = 0; i < maps; i++)
        if ((size_t)params->ratios_per_map.items[i] > params->aspect_ratios.count)
            return error_set(error, ERROR_CONFIG, "wanted ratios_per_map of at most %zu (aspect_ratios), found %lld",
                             params->aspect_ratios.count, (long long)params->ratios_per_map.items[i]);
    return true;
}

struct model *single_shot_create(const struct single_shot_params *params, struct error *error)
{
    if (!single_shot_check(params, error))
        return NULL;
    struct single_shot *detector = memory_allocate(1, sizeof *detector);
    detector->base.interface = &single_shot_interface;
    detector->base.weights = params->weights;
    detector->base.strict = params->strict;
    detector->params = *params;
    return &detector->base;
}
