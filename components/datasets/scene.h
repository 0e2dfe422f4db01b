/*
 * scene.h: drawn pictures with known objects, so that a detector can be trained without any file from outside.
 *
 * A scene is a pure function of (seed, index): textured shapes of several classes, turned, overlapping, cut by the border,
 * on a background with clutter. Small or mostly hidden objects are marked difficult, as in PASCAL VOC.
 */
#ifndef LRUN_COMPONENTS_DATASETS_SCENE_H
#define LRUN_COMPONENTS_DATASETS_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/image/image.h"

#define SCENE_MAX_OBJECTS 8

/** What a shape is; the order of scene_class_names. */
enum scene_shape {
    SCENE_CIRCLE,
    SCENE_CROSS,
    SCENE_SQUARE,
    SCENE_TRIANGLE,
    SCENE_SHAPE_COUNT,
};

extern const char *const scene_class_names[SCENE_SHAPE_COUNT];

/** One drawn object. */
struct scene_object {
    enum scene_shape shape;
    /** Smallest rectangle around its pixels inside the image: x1, y1, x2, y2, the last two exclusive. */
    int corners[4];
    /** Part of it lies outside the image. */
    bool truncated;
    /** Fewer than 40 % of its pixels can be seen, or it is smaller than 16 pixels. */
    bool difficult;
};

struct scene {
    /** RGB bytes. */
    struct image image;
    struct scene_object objects[SCENE_MAX_OBJECTS];
    int count;
};

/** Draws scene `index`. Its memory is the arena's. Fails when the size is out of range (48 to 4096 pixels a side). */
bool scene_draw(struct scene *scene, uint64_t seed, int64_t index, int width, int height, struct arena *arena,
                struct error *error);

#endif
