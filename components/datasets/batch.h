/*
 * batch.h: samples side by side, in the form in which a model takes them. Filled by the runner's loader (collate), read
 * by models' inputs, by metrics and by writers of predictions.
 */
#ifndef LRUN_COMPONENTS_DATASETS_BATCH_H
#define LRUN_COMPONENTS_DATASETS_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/backends/device.h"
#include "engine/image/value_formula.h"
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
    /** float32 [c, h, w]: the image of a sample that had no bytes, in a batch of bytes; NULL: it is in the batch's images. */
    float *planes;
};

/** A copy of a batch's memory on a device. */
struct batch_copy {
    /** NULL: there is none. */
    const char *memory;
    /** Reached when the copy is there: awaited by what reads it. */
    struct device_fence *arrived;
    /** Set behind what reads it: then another batch may take its place. */
    struct device_fence *was_read;
};

/** n samples. The memory belongs to the loader and is used again for a later batch. */
struct batch {
    /** Samples in it: at most the loader's batch_size; fewer in the last batch of an epoch. */
    int size;
    struct batch_item *items;
    /** In which all arrays lie. */
    char *memory;
    struct batch_copy copy;
    /** float32 [size, c, h, w]; or for a device that is not the host uint8 [size, h, w, c], of which `formulas` make that. */
    struct tensor images;
    /** float32 [size, 7]: each image's struct value_formula; data NULL where images are floats. */
    struct tensor formulas;
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
