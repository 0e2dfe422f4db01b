/*
 * prediction_writer.h: where predictions go: VOC's text files, COCO's JSON, pictures. The predict loop hands over every
 * batch with the model's outputs for it, in the order of the data.
 */
#ifndef LRUN_RUNNER_TRAIN_PREDICTION_WRITER_H
#define LRUN_RUNNER_TRAIN_PREDICTION_WRITER_H

#include <stdbool.h>

#include "components/datasets/batch.h"
#include "components/metrics/metric.h"
#include "components/models/model.h"
#include "engine/base/error.h"

struct prediction_writer;

struct prediction_writer_interface {
    /** Called once, before the first batch. `data` is lent until the writer is destroyed. NULL: nothing to do. */
    bool (*begin)(struct prediction_writer *writer, const struct data_info *data, struct error *error);
    /** Takes in one batch. Its arrays are valid during the call only. */
    bool (*write)(struct prediction_writer *writer, const struct batch *batch, const struct step_outputs *outputs,
                  struct error *error);
    /** Called once, after the last batch: makes the files complete and durable. NULL: nothing to do. */
    bool (*end)(struct prediction_writer *writer, struct error *error);
    void (*destroy)(struct prediction_writer *writer);
};

/** A writer; the first member of every one's own struct. */
struct prediction_writer {
    const struct prediction_writer_interface *interface;
};

#endif
