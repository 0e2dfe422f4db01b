/*
 * model.h: Lightning's LightningModule: what is computed in each stage, from the batch to the loss and the outputs.
 *
 * A model only describes: `build` adds operations to a graph, once per stage and batch size; the engine compiles and runs
 * them. Inputs are the batch's fields by name (see batch_find).
 */
#ifndef LRUN_COMPONENTS_MODELS_MODEL_H
#define LRUN_COMPONENTS_MODELS_MODEL_H

#include <stdbool.h>

#include "components/metrics/metric.h"
#include "components/stage.h"
#include "engine/graph/graph.h"

struct model;

/** What the data tells the model. Arrays are lent and live as long as the run. */
struct data_info {
    const char *const *class_names;
    int num_classes; /* without background */
    int channels;    /* of the batch's images */
    int height;      /* in pixels */
    int width;
    int max_boxes; /* rows of the batch's boxes; at least 1 for detection */
};

/** What a model's graph gives back. Values are kept (readable after a run). */
struct model_outputs {
    /** Scalar float32; NULL in a stage that has none. */
    struct value *loss;
    /** Scalars to log, with their names: "loss_classifier". The loss itself is logged as "loss" without being here. */
    struct {
        const char *name;
        struct value *value;
    } scalars[8];
    int scalar_count;
    /** Arrays for metrics and predictions: "logits" [n, classes], "detections" [n, d, 6]. */
    struct {
        const char *name;
        struct value *value;
    } arrays[8];
    int array_count;
};

struct model_interface {
    /** Fits the parameters to the data: num_classes where it was not given. Called once, before build. */
    bool (*setup)(struct model *model, const struct data_info *data, struct error *error);
    /** Adds the stage's computation for a batch of `batch_size`. Failures stay in the graph. */
    void (*build)(struct model *model, struct graph *graph, enum stage stage, int batch_size,
                  struct model_outputs *outputs);
    /** The metric of a stage; NULL when it has none. The caller destroys it. */
    struct metric *(*metric)(struct model *model, enum stage stage);
    void (*destroy)(struct model *model);
};

/** A model; the first member of every component's own struct. */
struct model {
    const struct model_interface *interface;
    /** File or URL of a safetensors state dict to start from; NULL: fresh. Lent from the parameters. */
    const char *weights;
    /** False: names and shapes that do not fit are reported and left out, instead of being an error. */
    bool strict;
};

void model_destroy(struct model **model);

#endif
