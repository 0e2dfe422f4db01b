/*
 * metric.h: numbers over a whole epoch: fed batch by batch, computed once. As torchmetrics.
 *
 * A model makes its metrics; they are no components of the config's. Numbers are accumulated in double.
 */
#ifndef LRUN_COMPONENTS_METRICS_METRIC_H
#define LRUN_COMPONENTS_METRICS_METRIC_H

#include "components/datasets/batch.h"
#include "components/scalars.h"

struct metric;

/** The kept results of a step, by name: "detections", "logits". */
struct step_outputs {
    struct {
        const char *name;
        struct tensor tensor;
    } items[8];
    int count;
};

/** The output of this name; NULL when the model has none. */
const struct tensor *step_outputs_find(const struct step_outputs *outputs, const char *name);

struct metric_interface {
    /** Takes in one batch: its targets and the model's outputs for it. */
    void (*update)(struct metric *metric, const struct batch *batch, const struct step_outputs *outputs);
    /** Sets the metric's numbers, with `prefix` before each name: "val_" -> "val_map_50". */
    void (*compute)(struct metric *metric, const char *prefix, struct scalars *scalars);
    /** Forgets everything that was taken in. */
    void (*reset)(struct metric *metric);
    void (*destroy)(struct metric *metric);
};

/** A metric; the first member of every one's own struct. */
struct metric {
    const struct metric_interface *interface;
};

void metric_destroy(struct metric **metric);

#endif
