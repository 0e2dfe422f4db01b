/*
 * batch.h: samples side by side, in the form in which a model takes them. Filled by the runner's loader (collate), read
 * by models' inputs, by metrics and by writers of predictions.
 */
#ifndef LRUN_COMPONENTS_DATASETS_BATCH_H
#define LRUN_COMPONENTS_DATASETS_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/tensor/tensor.h"

/** What is known of a sample beside its arrays. */
struct batch_item {
    int64_t index;
    /** The sample's name. Lent: lives as long as the batch holds the sample. */
    const char *name;
    int original_width;
    int original_height;
    /** As in sample.h: from pixels of the batch's image to pixels of the original. */
    double scale[2];
    double offset[2];
};

/** n samples. The memory belongs to the loader and is used again for a later batch. */
struct batch {
    /** Samples in it: at most the loader's batch_size; fewer in the last batch of an epoch. */
    int size;
    struct batch_item *items;
    /** float32 [size, 3, h, w]. */
    struct tensor images;
    /** int32 [size]; data NULL when the dataset has no labels. */
    struct tensor labels;
    /** float32 [size, m, 4], int32 [size, m], int32 [size]; data NULL without boxes. Unused rows are zero. */
    struct tensor boxes;
    struct tensor box_labels;
    struct tensor box_counts;
    /** uint8 [size, m]: 1 for a difficult box, 1 for a crowd box. */
    struct tensor box_difficult;
    struct tensor box_crowd;
};

/** The array of the batch that a model's input of this name takes ("images", "labels", "boxes", "box_labels",
 *  "box_counts"); NULL when the batch has none. */
const struct tensor *batch_find(const struct batch *batch, const char *input_name);

#endif
