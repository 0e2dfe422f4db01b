/*
 * collator.h: samples become a batch, in memory that is made once and used again. As torch's collate function.
 *
 *     collator_init(&collator, &layout, batch_size, device, error);
 *     collator_begin(&collator, 2);
 *     collator_put(&collator, 0, &cat, error);
 *     collator_put(&collator, 1, &dog, error);     // collator.batch is complete
 */
#ifndef LRUN_RUNNER_DATA_COLLATOR_H
#define LRUN_RUNNER_DATA_COLLATOR_H

#include <stdbool.h>

#include "components/datasets/batch.h"
#include "components/datasets/sample.h"
#include "engine/base/error.h"

/** What every sample of a run looks like. */
struct batch_layout {
    /** Of the images: 1 or 3, and pixels. */
    int channels;
    int height;
    int width;
    /** Rows for boxes, at least 1 where there are boxes. */
    int max_boxes;
    bool has_boxes;
    bool has_labels;
    /** Images come as bytes whose values are still to be changed (value_map.h), and stay so: the batch is for a device. */
    bool has_bytes;
};

struct collator {
    struct batch_layout layout;
    /** Most samples that it can hold. */
    int capacity;
    /** What reads the batch's memory. */
    struct device *device;
    size_t bytes;
    /** Lent to whoever reads the batch. */
    struct batch batch;
    char *names;
    /** Of each place, memory for floats among bytes; NULL until they come. */
    float **planes;
};

/** Makes the memory, the device's kind of the host's. Fails with ERROR_MEMORY; collator_finish accepts it half-made. */
bool collator_init(struct collator *collator, const struct batch_layout *layout, int capacity, struct device *device,
                   struct error *error);
void collator_finish(struct collator *collator);

/** The memory of a batch of `capacity` samples, names not counted. */
size_t collator_bytes(const struct batch_layout *layout, int capacity);

/** Starts a batch of `size` samples, at most the capacity. */
void collator_begin(struct collator *collator, int size);

/**
 * Copies a sample to this place of the batch, doing what its transforms have put off, or where images stay bytes, noting it. Threads
 * may put different places at the same time. Fails with ERROR_DATA when the image neither is nor becomes float32 of the layout's
 * size, or has more boxes than the layout has rows; the message names it. ERROR_MEMORY: floats among bytes take memory of their own.
 */
bool collator_put(struct collator *collator, int place, const struct sample *sample, struct error *error);

#endif
