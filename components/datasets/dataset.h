/*
 * dataset.h: where samples come from: a numbered list that any thread can read from.
 *
 * A constructor only stores its parameters. `prepare` downloads and extracts (once, one process at a time); `open` reads
 * the lists; `read` makes one sample.
 */
#ifndef LRUN_COMPONENTS_DATASETS_DATASET_H
#define LRUN_COMPONENTS_DATASETS_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "components/datasets/sample.h"
#include "engine/base/error.h"
#include "engine/base/progress.h"

struct dataset;

/** What an opened dataset holds. Arrays are lent: they live as long as the dataset. */
struct dataset_info {
    /** What the list of samples is called: "test". NULL: it has no name. */
    const char *name;
    /** Number of samples. */
    int64_t length;
    const char *const *class_names;
    int num_classes;
    /** Most boxes of any sample; 0 for a dataset without boxes. */
    int max_boxes;
    /** What samples carry. */
    bool has_boxes;
    bool has_labels;
    /** Boxes are in VOC's pixels: the first one is 1, the last one belongs to the box. */
    bool counts_from_one;
};

struct dataset_interface {
    /** Makes the files present: download, check, extract. NULL: nothing to do. Fails with ERROR_DATA or ERROR_STORAGE. */
    bool (*prepare)(struct dataset *dataset, struct progress *progress, struct error *error);
    /** Reads lists and annotations. Called once, before read and info. */
    bool (*open)(struct dataset *dataset, struct progress *progress, struct error *error);
    /** Makes sample `index`, which sample_begin has begun. Thread-safe. Fails with ERROR_DATA, naming the file. */
    bool (*read)(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error);
    void (*destroy)(struct dataset *dataset);
};

/** A dataset; the first member of every component's own struct. */
struct dataset {
    const struct dataset_interface *interface;
    /** Set by open; the classes already by the constructor, where the files do not decide them. */
    struct dataset_info info;
};

bool dataset_prepare(struct dataset *dataset, struct progress *progress, struct error *error);
bool dataset_open(struct dataset *dataset, struct progress *progress, struct error *error);
bool dataset_read(const struct dataset *dataset, int64_t index, struct sample *sample, struct error *error);
void dataset_destroy(struct dataset **dataset);

#endif
