/* generated_dataset.h: a dataset for tests: small images that are functions of their index, some of them bad. */
#ifndef LRUN_TESTS_UNIT_DATA_GENERATED_DATASET_H
#define LRUN_TESTS_UNIT_DATA_GENERATED_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "components/datasets/dataset.h"
#include "components/transforms/transform.h"

struct generated_dataset {
    struct dataset base;
    int width;
    int height;
    int channels;
    /** Images are bytes, else floats. */
    bool has_bytes;
    /** Every sample whose index modulo this is 1 is bad; 0: none. */
    int bad_every;
    /** Fails with this code. */
    enum error_code bad_code;
    /** Makes workers overtake each other. */
    bool uneven;
};

/** A dataset of `length` samples of 3x4x5 pixels; class = index % 3, index % 4 boxes. */
struct generated_dataset generated_dataset_make(int64_t length);

/** Adds a random number to every pixel. Static: destroying it does nothing. */
extern struct transform generated_noise;

/** The pixel that sample `index` has at position `i` of its interleaved image. */
float generated_pixel(int64_t index, int64_t i);

#endif
