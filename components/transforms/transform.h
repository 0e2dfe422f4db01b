/*
 * transform.h: changes a sample: its image, and its boxes and mask with it. As torchvision.transforms.v2.
 *
 * A random transform draws from the stream that it is given and from nothing else, so that a sample is the same whichever
 * worker makes it. Each splits into what it draws and what it does with the draw, so that a test can give it the draw.
 */
#ifndef LRUN_COMPONENTS_TRANSFORMS_TRANSFORM_H
#define LRUN_COMPONENTS_TRANSFORMS_TRANSFORM_H

#include <stdbool.h>

#include "components/datasets/sample.h"
#include "engine/base/error.h"
#include "engine/base/rng.h"

struct transform;

struct transform_interface {
    /** Changes the sample. Thread-safe. Fails with ERROR_DATA when the sample does not fit. */
    bool (*apply)(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error);
    /**
     * Puts it off, by adding it to sample->pending, where that can hold it; false where it cannot. For transforms that change
     * each value of an image by itself, so that those at the end become one pass. NULL: it cannot be put off.
     */
    bool (*defer)(const struct transform *transform, struct sample *sample);
    void (*destroy)(struct transform *transform);
};

/** A transform; the first member of every component's own struct. */
struct transform {
    const struct transform_interface *interface;
};

/** Transforms that a component has as children, in order. Lent to its constructor, which takes them over. */
struct transform_list {
    struct transform **items;
    size_t count;
};

/**
 * Changes the sample. What is done to values may be put off: whoever looks at the image afterwards calls sample_settle, or
 * does what is pending in its own way. A transform finds nothing pending.
 */
bool transform_apply(const struct transform *transform, struct sample *sample, struct rng *rng, struct error *error);
void transform_destroy(struct transform **transform);

/** A `destroy` for transforms that own nothing but their own struct. */
void transform_free(struct transform *transform);

/** Destroys every transform of a list and empties it. */
void transform_list_finish(struct transform_list *list);

#endif
