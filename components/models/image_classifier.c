/* image_classifier.c: ImageClassifier. */
#include "components/models/image_classifier.h"

#include "components/backbones/layers.h"
#include "components/metrics/accuracy.h"
#include "engine/base/memory.h"
#include "engine/ops/ops.h"

struct image_classifier {
    struct model base;
    struct image_classifier_params params;
    struct data_info data;
    int classes;
};

static bool image_classifier_setup(struct model *base, const struct data_info *data, struct error *error)
{
    struct image_classifier *classifier = (struct image_classifier *)base;
    const int64_t *wanted = classifier->params.num_classes;
    classifier->data = *data;
    classifier->classes = wanted != NULL ? (int)*wanted : data->num_classes;
    if (classifier->classes < data->num_classes || classifier->classes < 1)
        return error_set(error, ERROR_CONFIG, "wanted a num_classes of at least the data's %d, found %d",
                         data->num_classes, classifier->classes);
    return true;
}

static struct value *build_logits(const struct image_classifier *classifier, struct graph *graph, struct value *pooled,
                                  bool training)
{
    const struct backbone *backbone = classifier->params.backbone;
    if (backbone->interface->classify != NULL)
        return backbone->interface->classify(backbone, graph, pooled, classifier->classes, training);
    return layer_linear(graph, pooled, "fc", classifier->classes, NULL);
}

static void image_classifier_build(struct model *base, struct graph *graph, enum stage stage, int batch_size,
                                   struct model_outputs *outputs)
{
    const struct image_classifier *classifier = (const struct image_classifier *)base;
    const struct data_info *data = &classifier->data;
    *outputs = (struct model_outputs){.array_count = 1};
    struct value *images =
        graph_input(graph, "images", DTYPE_F32, SHAPE(batch_size, data->channels, data->height, data->width));
    struct features features = {.count = 0};
    const struct backbone *backbone = classifier->params.backbone;
    backbone->interface->build(backbone, graph, images, stage == STAGE_TRAIN, &features);
    struct value *pooled = global_average_pool(graph, features.maps[features.count - 1]);
    struct value *logits = build_logits(classifier, graph, pooled, stage == STAGE_TRAIN);
    outputs->arrays[0].name = "logits";
    outputs->arrays[0].value = logits;
    graph_keep(graph, logits);
    if (stage == STAGE_PREDICT)
        return;
    struct value *labels = graph_input(graph, "labels", DTYPE_I32, SHAPE(batch_size));
    outputs->loss = cross_entropy(graph, logits, labels, classifier->params.label_smoothing);
    graph_keep(graph, outputs->loss);
}

static struct metric *image_classifier_metric(struct model *base, enum stage stage)
{
    const struct image_classifier *classifier = (const struct image_classifier *)base;
    return stage == STAGE_PREDICT ? NULL : accuracy_create(classifier->classes);
}

static void image_classifier_destroy(struct model *base)
{
    struct image_classifier *classifier = (struct image_classifier *)base;
    backbone_destroy(&classifier->params.backbone);
    memory_free(classifier);
}

static const struct model_interface image_classifier_interface = {
    .setup = image_classifier_setup,
    .build = image_classifier_build,
    .metric = image_classifier_metric,
    .destroy = image_classifier_destroy,
};

struct model *image_classifier_create(const struct image_classifier_params *params, struct error *error)
{
    (void)error;
    struct image_classifier *classifier = memory_allocate(1, sizeof *classifier);
    classifier->base.interface = &image_classifier_interface;
    classifier->base.weights = params->weights;
    classifier->base.strict = params->strict;
    classifier->params = *params;
    return &classifier->base;
}
