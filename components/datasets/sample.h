/*
 * sample.h: one example on its way from a dataset through the transforms into a batch.
 *
 * Everything in it lies in the sample's arena, which its worker resets before the next one.
 */
#ifndef LRUN_COMPONENTS_DATASETS_SAMPLE_H
#define LRUN_COMPONENTS_DATASETS_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/image/image_cache.h"
#include "engine/image/value_map.h"

/** A labelled rectangle. */
struct box {
    /** x1, y1, x2, y2 in pixels of the sample's image; x2 and y2 are exclusive (torchvision's XYXY). */
    float corners[4];
    /** 1 and up: the class's number in the dataset's list, plus 1. 0 is the background. */
    int32_t label;
    /** VOC's mark: not counted by the metric. */
    bool difficult;
    /** COCO's crowd region. */
    bool crowd;
};

struct boxes {
    struct box *items;
    int count;
};

struct sample {
    struct arena *arena;
    /** Where decoded images are kept; NULL: nowhere. Lent. */
    struct image_cache *cache;
    /** Position in the dataset. */
    int64_t index;
    /** What names it to the user: "2007_000027". */
    const char *name;
    /** [height, width, 1 or 3]. */
    struct image image;
    /** What transforms have put off: it is still to be done to the image (sample_settle). */
    struct value_map pending;
    /** Segmentation mask of the image's size (one channel of bytes); width 0 when there is none. Moves with the image. */
    struct image mask;
    /** Detection: the objects. */
    struct boxes boxes;
    /** Classification: the class, 0 and up; -1 when there is none. */
    int32_t label;
    /** Size of the image as the dataset read it. */
    int original_width;
    int original_height;
    /**
     * How a point of the image as it is now lies in the original one: x_original = x * scale[0] + offset[0], y alike with
     * [1]. Transforms keep it up to date; a negative scale is a flip.
     */
    double scale[2];
    double offset[2];
};

/** Starts a sample anew: resets its arena and sets everything to "nothing here". */
void sample_begin(struct sample *sample, struct arena *arena, int64_t index);

/** Sets the image as read from a file, and with it the original size and the identity geometry. */
void sample_set_image(struct sample *sample, const struct image *image);

/** Does what was put off. Fails with ERROR_MEMORY. */
bool sample_settle(struct sample *sample, struct error *error);

/** Sets the image from a file, or from the cache that has it. Fails as image_load. */
bool sample_load_image(struct sample *sample, const char *path, const struct decode_options *options,
                       struct error *error);

#endif
