/* ssd.c: SSD. */
#include "components/models/ssd.h"

#include "components/backbones/layers.h"
#include "components/models/single_shot.h"
#include "engine/ops/ops.h"

/* 1x1 and 3x3 convolutions, each normalised. Named as a torch.nn.Sequential. */
static struct value *add_extra_map(struct graph *graph, struct value *x, int channels, bool training)
{
    struct convolution narrow = {.channels = channels / 2, .kernel = 1, .stride = 1, .init = init_xavier_uniform()};
    struct convolution halve = {
        .channels = channels, .kernel = 3, .stride = 2, .padding = 1, .init = init_xavier_uniform()};
    struct normalization normalization = {.weight = 1, .training = training};
    x = layer_convolution(graph, x, "0", &narrow);
    x = relu(graph, layer_normalization(graph, x, "1", &normalization));
    x = layer_convolution(graph, x, "3", &halve);
    return relu(graph, layer_normalization(graph, x, "4", &normalization));
}

static struct value *add_prediction(struct graph *graph, struct value *map, const char *name, int columns,
                                    bool training)
{
    (void)training;
    struct convolution convolution = {
        .channels = columns, .kernel = 3, .stride = 1, .padding = 1, .bias = true, .init = init_xavier_uniform()};
    return layer_convolution(graph, map, name, &convolution);
}

static const struct single_shot_style style = {.extra_map = add_extra_map, .predict = add_prediction};

struct model *ssd_create(const struct ssd_params *params, struct error *error)
{
    struct single_shot_params shared = {
        .style = &style,
        .backbone = params->backbone,
        .num_classes = params->num_classes,
        .backbone_maps = params->backbone_maps,
        .extra_maps = params->extra_maps,
        .scales = params->scales,
        .aspect_ratios = params->aspect_ratios,
        .ratios_per_map = params->ratios_per_map,
        .steps = params->steps,
        .score_thresh = params->score_thresh,
        .nms_thresh = params->nms_thresh,
        .detections_per_img = params->detections_per_img,
        .iou_thresh = params->iou_thresh,
        .topk_candidates = params->topk_candidates,
        .positive_fraction = params->positive_fraction,
        .weights = params->weights,
        .strict = params->strict,
    };
    for (int i = 0; i < params->extra_maps && i < BACKBONE_MAX_FEATURES; i++)
        shared.extra_channels[i] = params->extra_channels;
    return single_shot_create(&shared, error);
}
