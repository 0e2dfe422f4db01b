/* ssd_lite.c: SSDLite. */
#include "components/models/ssd_lite.h"

#include "components/backbones/layers.h"
#include "components/backbones/mobilenet_v3_blocks.h"
#include "components/models/single_shot.h"

/* Half the channels, filtered with stride 2, projected. */
static struct value *add_extra_map(struct graph *graph, struct value *x, int channels, bool training)
{
    struct mobilenet_style layers = mobilenet_style_ssd_lite(training);
    struct mobilenet_convolution narrow = {
        .channels = channels / 2, .kernel = 1, .stride = 1, .activation = MOBILENET_RELU6};
    struct mobilenet_convolution halve = {
        .channels = channels / 2, .kernel = 3, .stride = 2, .depthwise = true, .activation = MOBILENET_RELU6};
    struct mobilenet_convolution project = {
        .channels = channels, .kernel = 1, .stride = 1, .activation = MOBILENET_RELU6};
    x = mobilenet_convolution(graph, x, "0", &narrow, &layers);
    x = mobilenet_convolution(graph, x, "1", &halve, &layers);
    return mobilenet_convolution(graph, x, "2", &project, &layers);
}

static struct value *add_prediction(struct graph *graph, struct value *map, const char *name, int columns,
                                    bool training)
{
    if (map == NULL)
        return NULL;
    struct mobilenet_style layers = mobilenet_style_ssd_lite(training);
    struct mobilenet_convolution filter = {.channels = (int)map->shape.size[1],
                                           .kernel = 3,
                                           .stride = 1,
                                           .depthwise = true,
                                           .activation = MOBILENET_RELU6};
    struct convolution project = {.channels = columns, .kernel = 1, .stride = 1, .bias = true, .init = layers.init};
    graph_enter(graph, "%s", name);
    struct value *x = mobilenet_convolution(graph, map, "0", &filter, &layers);
    x = layer_convolution(graph, x, "1", &project);
    graph_leave(graph);
    return x;
}

static const struct single_shot_style style = {.extra_map = add_extra_map, .predict = add_prediction};

struct model *ssd_lite_create(const struct ssd_lite_params *params, struct error *error)
{
    struct single_shot_params shared = {
        .style = &style,
        .backbone = params->backbone,
        .num_classes = params->num_classes,
        .backbone_maps = params->backbone_maps,
        .extra_maps = (int)params->extra_channels.count,
        .scales = params->scales,
        .aspect_ratios = params->aspect_ratios,
        .ratios_per_map = params->ratios_per_map,
        .score_thresh = params->score_thresh,
        .nms_thresh = params->nms_thresh,
        .detections_per_img = params->detections_per_img,
        .iou_thresh = params->iou_thresh,
        .topk_candidates = params->topk_candidates,
        .positive_fraction = params->positive_fraction,
        .weights = params->weights,
        .strict = params->strict,
    };
    for (int i = 0; i < shared.extra_maps && i < BACKBONE_MAX_FEATURES; i++)
        shared.extra_channels[i] = params->extra_channels.items[i];
    return single_shot_create(&shared, error);
}
